#include "zopo/data/embeddings_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/failure.h"
#include "tests/support/temp_dir.h"
#include "zopo/base/file.h"
#include "zopo/base/hash.h"
#include "zopo/base/text.h"
#include "zopo/data/embeddings.h"

namespace zopo::data {
namespace {

using test::FailsWith;
using test::failure_of;
using testing::AllOf;
using testing::HasSubstr;

const std::vector<std::string> kTexts = {"Say yes.", "Say no.", "Say \"maybe\"."};

EmbeddingsManifest manifest() { return {"openai", "e", {"e-2"}, 2, kTexts, "ab", ""}; }

class EmbeddingsManifestTest : public testing::Test {
 protected:
  EmbeddingsManifestTest() {
    save_npy(npy_, Embeddings::from_matrix(RowMatrix(RowMatrix::Ones(3, 2))));
    EmbeddingsManifest written = manifest();
    written.sha256 = sha256_hex(read_file(npy_));
    dir_.write("e.npy.json", to_json(written));
  }
  std::optional<Error> check(const std::vector<std::string>& texts) const {
    return failure_of([&] { check_against_manifest(npy_, texts); });
  }

  test::TempDir dir_;
  std::filesystem::path npy_ = dir_ / "e.npy";
};

TEST(EmbeddingsManifest, IsReadAsItWasWritten) {
  EmbeddingsManifest given = manifest();
  given.fallback = "HTTP status 404";
  const EmbeddingsManifest read = parse_embeddings_manifest(to_json(given), "m");
  EXPECT_EQ(to_json(read), to_json(given));
  EXPECT_EQ(read.texts, kTexts);
  EXPECT_EQ(read.models_returned, std::vector<std::string>{"e-2"});
  EXPECT_EQ(read.fallback, "HTTP status 404");
}

TEST(EmbeddingsManifest, WhatIsNoneIsRefused) {
  const std::string good = to_json(manifest());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = good;
    return changed.replace(changed.find(from), from.size(), to);
  };
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string("{}"), good.substr(0, good.size() / 2),
        with("\"format\": 1", "\"format\": 2"), with("\"rows\": 3", "\"rows\": 4"),
        with("\"dim\": 2", "\"dim\": []"), with("\"Say yes.\"", "7")}) {
    EXPECT_THAT(failure_of([&] { parse_embeddings_manifest(bad, "e.npy.json"); }),
                FailsWith(ErrorKind::data, HasSubstr("e.npy.json: no manifest of embeddings")))
        << bad;
  }
}

TEST_F(EmbeddingsManifestTest, TheSameTextsAreRight) {
  EXPECT_FALSE(check(kTexts));
  std::filesystem::remove(dir_ / "e.npy.json");
  EXPECT_FALSE(check({"anything"})) << "without a manifest nothing is known";
}

TEST_F(EmbeddingsManifestTest, TheFirstRowThatDiffersIsNamedWithBothTexts) {
  EXPECT_THAT(check({"Say yes.", "Say now.", "Else."}),
              FailsWith(ErrorKind::data,
                        AllOf(HasSubstr("e.npy: row 1 (counted from 0) embeds \"Say no.\", but "
                                        "that candidate is \"Say now.\""),
                              HasSubstr("zopo embed"))));
  EXPECT_THAT(check({"Say yes.", "Say no."}),
              FailsWith(ErrorKind::data, HasSubstr("row 2 (counted from 0) embeds \"Say "
                                                   "\\\"maybe\\\".\", but there are only 2")));
  EXPECT_THAT(check({kTexts[0], kTexts[1], kTexts[2], "More."}),
              FailsWith(ErrorKind::data, HasSubstr("no row 3 (counted from 0) for the candidate "
                                                   "\"More.\"")));
}

TEST(EmbeddingsManifest, LongTextsAreShortenedToWhereTheyDiffer) {
  const std::string same(500, 'x');
  const std::vector<std::string> a = {same + "ABC" + same}, b = {same + "ABD" + same};
  const std::string difference = first_difference(a, b);
  EXPECT_THAT(difference, AllOf(HasSubstr("xABCx"), HasSubstr("xABDx"), HasSubstr("..\"xx")));
  EXPECT_LT(difference.size(), 300u);
  std::string accented(79, 'x');
  accented.append("\u00e9").append(same);
  const std::vector<std::string> c = {accented};
  EXPECT_TRUE(is_valid_utf8(first_difference(c, b)));
}

TEST_F(EmbeddingsManifestTest, AFileChangedSinceIsRefused) {
  save_npy(npy_, Embeddings::from_matrix(RowMatrix(2 * RowMatrix::Ones(3, 2))));
  EXPECT_THAT(check(kTexts), FailsWith(ErrorKind::data, HasSubstr("was changed since")));
}

}  // namespace
}  // namespace zopo::data
