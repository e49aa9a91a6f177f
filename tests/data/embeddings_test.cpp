#include "zopo/data/embeddings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "data/embeddings_text.h"
#include "data/npy.h"
#include "tests/support/failure.h"
#include "tests/support/temp_dir.h"
#include "zopo/base/file.h"

namespace zopo::data {
namespace {

using test::FailsWith;
using test::failure_of;
using test::TempDir;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// The bytes of a .npy file, with the header padded as numpy.save does.
std::string npy(const std::string& dict, const std::string& data, char major = 1) {
  const std::size_t prefix = major == 1 ? 10 : 12;
  std::string text = dict;
  text.append(63 - (prefix + text.size()) % 64, ' ');
  text += '\n';
  std::string bytes = std::string("\x93NUMPY") + major + '\0';
  for (std::size_t i = 0; i < prefix - 8; ++i) {
    bytes += static_cast<char>(text.size() >> (8 * i) & 0xFFU);
  }
  return bytes + text + data;
}

std::string dict(const std::string& type, bool fortran, const std::string& shape) {
  return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") +
         ", 'shape': " + shape + ", }";
}

template <class T>
std::string bytes_of(std::vector<T> values, bool big_endian) {
  std::string bytes;
  for (const T& value : values) {
    std::string raw(reinterpret_cast<const char*>(&value), sizeof(T));
    if (big_endian) std::reverse(raw.begin(), raw.end());
    bytes += raw;
  }
  return bytes;
}

// [[1, 2, 3], [4, 5, -6.5]] in every element type.
std::string values(int size, bool big_endian, bool fortran) {
  const std::vector<double> order =
      fortran ? std::vector<double>{1, 4, 2, 5, 3, -6.5} : std::vector<double>{1, 2, 3, 4, 5, -6.5};
  if (size == 8) return bytes_of(order, big_endian);
  if (size == 4) return bytes_of(std::vector<float>(order.begin(), order.end()), big_endian);
  std::vector<Eigen::half> halves;
  for (const double value : order) halves.emplace_back(static_cast<float>(value));
  return bytes_of(halves, big_endian);
}

Embeddings from_npy(const std::string& bytes) {
  const auto owner = std::make_shared<const std::string>(bytes);
  return embeddings_of_npy(*owner, owner, "e.npy");
}

void expect_the_values(const Embeddings& z) {
  ASSERT_EQ(z.rows(), 2);
  ASSERT_EQ(z.dim(), 3);
  EXPECT_THAT(z.row(0), ElementsAre(1, 2, 3));
  EXPECT_THAT(z.row(1), ElementsAre(4, 5, -6.5));
}

TEST(Npy, EveryFloatTypeOrderAndFormatIsRead) {
  for (const int size : {2, 4, 8}) {
    for (const bool big_endian : {false, true}) {
      for (const bool fortran : {false, true}) {
        for (const char major : {'\1', '\2', '\3'}) {
          const std::string type = (big_endian ? ">f" : "<f") + std::to_string(size);
          expect_the_values(from_npy(
              npy(dict(type, fortran, "(2, 3)"), values(size, big_endian, fortran), major)));
        }
      }
    }
  }
}

TEST(Npy, NativeFloatsInCOrderAreNotCopied) {
  const auto is_copied = [](const std::string& type, bool fortran, const std::string& data) {
    const auto owner =
        std::make_shared<const std::string>(npy(dict(type, fortran, "(2, 3)"), data));
    const Embeddings z = embeddings_of_npy(*owner, owner, "e.npy");
    return std::visit(
        [&](const auto& view) {
          const auto* first = reinterpret_cast<const char*>(view.data());
          return first < owner->data() || first >= owner->data() + owner->size();
        },
        z.storage());
  };
  EXPECT_FALSE(is_copied("<f4", false, values(4, false, false)));
  EXPECT_FALSE(is_copied("<f8", false, values(8, false, false)));
  EXPECT_TRUE(is_copied("<f4", true, values(4, false, true)));
  EXPECT_TRUE(is_copied(">f4", false, values(4, true, false)));
}

TEST(Npy, DataThatIsNotAlignedIsCopied) {
  std::string bytes = npy(dict("<f8", false, "(2, 3)"), "");
  bytes.insert(bytes.size() - 1, 1, ' ');  // the data begins one byte later
  bytes[8] = static_cast<char>(bytes[8] + 1);
  expect_the_values(from_npy(bytes + values(8, false, false)));
}

TEST(Npy, HeadersMayBeWrittenInOtherWays) {
  for (const char* header :
       {"{\"shape\":(2,3),'descr':'<f4','fortran_order':False}",
        "{ 'fortran_order' : False , 'shape' : ( 2 , 3 , ) , 'descr' : '<f4' , } "}) {
    expect_the_values(from_npy(npy(header, values(4, false, false))));
  }
}

TEST(Npy, DamagedHeadersAreRefused) {
  const std::string data = values(4, false, false);
  const std::pair<std::string, const char*> cases[] = {
      {"", "no .npy file"},
      {"[[1, 2]]", "no .npy file"},
      {npy(dict("<f4", false, "(2, 3)"), data, 4), "format 4.0"},
      {npy(dict("<i4", false, "(2, 3)"), data), "type \"<i4\""},
      {npy(dict("<f16", false, "(2, 3)"), data), "type \"<f16\""},
      {npy(dict("|O", false, "(2, 3)"), data), "type \"|O\""},
      {npy(dict("<f4", false, "(6,)"), data), "1 dimension"},
      {npy(dict("<f4", false, "(1, 2, 3)"), data), "3 dimension"},
      {npy(dict("<f4", false, "()"), data), "0 dimension"},
      {npy(dict("<f4", false, "(0, 3)"), ""), "is empty"},
      {npy(dict("<f4", false, "(2, 4)"), data), "needs 32"},
      {npy(dict("<f4", false, "(2, 2)"), data), "needs 16"},
      {npy(dict("<f4", false, "(-2, 3)"), data), "malformed"},
      {npy(dict("<f4", false, "(9223372036854775807, 9223372036854775807)"), data),
       "more than any"},
      {npy(dict("<f4", false, "(99999999999999999999, 3)"), data), "malformed"},
      {npy("{'descr': '<f4', 'shape': (2, 3)}", data), "malformed"},
      {npy("{'descr': '<f4', 'descr': '<f4', 'shape': (2, 3)}", data), "malformed"},
      {npy("{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3)}", data), "malformed"},
      {npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} x", data), "malformed"},
      {npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3)}", data), "records"},
      {npy("", data), "malformed"},
  };
  for (const auto& [bytes, message] : cases) {
    EXPECT_THAT(failure_of([&bytes = bytes] { from_npy(bytes); }),
                FailsWith(ErrorKind::data, AllOf(HasSubstr("e.npy"), HasSubstr(message))));
  }
}

TEST(Npy, AFileCutAtAnyByteIsRefused) {
  const std::string whole = npy(dict("<f4", false, "(2, 3)"), values(4, false, false));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_TRUE(failure_of([&] { from_npy(whole.substr(0, size)); })) << size;
  }
  EXPECT_TRUE(failure_of([&] { from_npy(whole + "x"); }));
}

TEST(Npy, WhatIsSavedIsLoaded) {
  const TempDir dir;
  RowMatrix z(2, 3);
  z << 1, 2, 3, 4, 5, -6.5;
  save_npy(dir / "e.npy", Embeddings::from_matrix(z));
  save_npy(dir / "e.npy", Embeddings::from_matrix(z));  // replaces
  expect_the_values(load_embeddings(dir / "e.npy", 2));
  const std::string bytes = read_file(dir / "e.npy");
  EXPECT_EQ(bytes, npy(dict("<f4", false, "(2, 3)"), values(4, false, false)));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 1);
  EXPECT_THAT(failure_of([&] { save_npy(dir / "no" / "e.npy", Embeddings::from_matrix(z)); }),
              FailsWith(ErrorKind::data, HasSubstr("e.npy")));
}

TEST(Npy, AMappedFileOutlivesItsName) {
  const TempDir dir;
  const auto file = dir.write("e.npy", npy(dict("<f4", false, "(2, 3)"), values(4, false, false)));
  const Embeddings z = load_embeddings(file, 2);
  std::filesystem::remove(file);
  const Embeddings copy = z;
  expect_the_values(copy);
}

TEST(Embeddings, TextFormatsAreRead) {
  for (const char* text : {"[[1, 2, 3], [4, 5, -6.5]]", "{\"embeddings\": [[1,2,3],[4,5,-6.5]]}"}) {
    expect_the_values(embeddings_of_json(text, "e.json"));
  }
  for (const char* text : {"1,2,3\n4,5,-6.5\n", "a,b,c\r\n1, 2.0,+3\r\n4,5e0,-65e-1"}) {
    expect_the_values(embeddings_of_csv(text, "e.csv"));
  }
}

TEST(Embeddings, DamagedTextIsRefusedWithItsPlace) {
  const std::pair<const char*, const char*> json[] = {
      {"[]", "no embeddings"},
      {"3", "expected an array of rows"},
      {"{\"embedding\": []}", "expected an array of rows"},
      {"[[1], 2]", "e.json: /1: expected an array"},
      {"[[1], [\"2\"]]", "e.json: /1: holds something"},
      {"[[1, 2], [1]]", "e.json: /1: this row has 1 number(s), the first has 2"},
      {"{\"embeddings\": [[]]}", "e.json: /embeddings/0: this row has 0"},
      {"[[1, 2], [1e999, 2]]", "too large"},
      {"[[1,2],", "e.json:1:8: not valid JSON"}};
  for (const auto& [text, message] : json) {
    EXPECT_THAT(failure_of([&text = text] { embeddings_of_json(text, "e.json"); }),
                FailsWith(ErrorKind::data, HasSubstr(message)));
  }
  const std::pair<const char*, const char*> csv[] = {
      {"", "no embeddings"},
      {"a,b\n", "no embeddings"},
      {"1,2\n1\n", "e.csv:2: this row has 1"},
      {"1,2\n1,x\n", "e.csv:2: \"x\" is not a number"},
      {"1,2\n1,\n", "e.csv:2: \"\" is not a number"}};
  for (const auto& [text, message] : csv) {
    EXPECT_THAT(failure_of([&text = text] { embeddings_of_csv(text, "e.csv"); }),
                FailsWith(ErrorKind::data, HasSubstr(message)));
  }
}

TEST(Embeddings, TheRowsAreCheckedAndNamed) {
  const TempDir dir;
  const auto failure = [&](const char* csv, Index rows) {
    return failure_of([&] { load_embeddings(dir.write("e.csv", csv), rows); });
  };
  EXPECT_THAT(failure("1,2\n3,4\n", 3),
              FailsWith(ErrorKind::data, HasSubstr("holds 2 rows, but there are 3 candidates")));
  EXPECT_FALSE(failure("1,2\n3,4\n", -1));
  EXPECT_THAT(failure("1,2\nnan,4\n", 2), FailsWith(ErrorKind::data, HasSubstr("row 1 ")));
  EXPECT_THAT(failure("1,2\n1,-inf\n", 2), FailsWith(ErrorKind::data, HasSubstr("row 1 ")));
  EXPECT_THAT(failure("0,0\n1,2\n", 2), FailsWith(ErrorKind::data, HasSubstr("row 0 ")));
  RowMatrixF z = RowMatrixF::Ones(3, 2);
  z(2, 0) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(failure_of([&] { check_values(Embeddings::from_matrix(z), "e"); }),
              FailsWith(ErrorKind::data, HasSubstr("row 2 ")));
  EXPECT_THAT(failure_of([&] { load_embeddings(dir / "none.npy", 2); }),
              FailsWith(ErrorKind::data, HasSubstr("no such file")));
  EXPECT_THAT(failure_of([&] { load_embeddings(dir.write("e.bin", ""), 2); }),
              FailsWith(ErrorKind::data, HasSubstr(".npy")));
}

}  // namespace
}  // namespace zopo::data
