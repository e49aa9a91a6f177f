#include "zopo/write/writer.h"

#include <gmock/gmock.h>

#include <utility>

#include "tests/support/fake_chat.h"
#include "tests/write/examples.h"

namespace zopo::write {
namespace {

using test::failed;
using test::FakeChat;
using test::said;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class WriterTest : public testing::Test {
 protected:
  Writer make(WriterOptions options = {}) {
    material_.facts = facts_of(train_);
    AcceptanceOptions acceptance;
    acceptance.facts = material_.facts;
    acceptance.train = &train_;
    acceptance.user_prompt = material_.user_prompt;
    return {material_, train_, acceptance, options};
  }
  static std::vector<std::string> texts(const std::vector<Written>& written) {
    std::vector<std::string> all;
    for (const Written& one : written) all.push_back(one.prompt);
    return all;
  }

  data::Dataset train_ = test::messages();
  Material material_;
  std::vector<Order> induce_ = {{&way_named("induce"), {}}};
};

TEST_F(WriterTest, SeedsNameTheLabelsWithoutACall) {
  EXPECT_THAT(texts(make().seeds()), ElementsAre("Answer with one of: billing, shipping."));
  material_.user_prompt = "Sort it.";
  EXPECT_THAT(texts(make().seeds()),
              ElementsAre("Sort it.", "Sort it. Answer with one of: billing, shipping.",
                          "Answer with one of: billing, shipping."));
  material_.user_prompt = "# Task\nSort it.";
  EXPECT_EQ(make().seeds().at(1).prompt,
            "# Task\nSort it.\n\nAnswer with one of: billing, shipping.");
  material_.user_prompt = "Billing or shipping?";
  EXPECT_THAT(texts(make().seeds()),
              ElementsAre("Billing or shipping?", "Answer with one of: billing, shipping."));
}

TEST_F(WriterTest, SeedsSayTheOutputsForm) {
  train_ = test::examples_of({{"1 + 1", "2"}, {"3 + 4", "7"}});
  EXPECT_THAT(texts(make().seeds()), ElementsAre("Answer with a number and nothing else."));
  train_ = test::examples_of({{"a", "Some text.\nMore."}, {"b", "Other."}});
  EXPECT_THAT(make().seeds(), IsEmpty());
}

TEST_F(WriterTest, KeepsWayAndParents) {
  FakeChat chat([](const auto&) { return said("<prompt>Say billing or shipping.</prompt>"); });
  const std::vector<Order> orders = {{&way_named("cross"), {{4, "a", 0.2, {}}, {7, "b", 0.3, {}}}}};
  const WrittenBatch batch = make().write(chat, orders);
  ASSERT_EQ(batch.written.size(), 1u);
  EXPECT_EQ(batch.written[0].way, "cross");
  EXPECT_THAT(batch.written[0].parents, ElementsAre(4, 7));
}

TEST_F(WriterTest, CountsWhatItDropsByReasonAndKeepsItsText) {
  const std::vector<std::string> replies = {"<prompt>Say billing or shipping.</prompt>",
                                            "<prompt>Say billing or shipping.</prompt>", "",
                                            "I'm sorry, but no.", "<prompt>Sort it.</prompt>"};
  FakeChat chat([&, i = std::size_t{0}](const auto&) mutable { return said(replies[i++]); });
  const WrittenBatch batch = make().write(chat, std::vector<Order>(5, induce_[0]));
  EXPECT_EQ(batch.replies, 5);
  EXPECT_THAT(texts(batch.written), ElementsAre("Say billing or shipping."));
  EXPECT_THAT(reasons(batch.dropped), ElementsAre(std::pair("empty", 1), std::pair("exact", 1),
                                                  std::pair("labels", 1), std::pair("refusal", 1)));
  EXPECT_EQ(batch.dropped.back().text, "Sort it.");
  EXPECT_EQ(batch.dropped.back().detail, "billing, shipping");
}

TEST_F(WriterTest, AReplyThatIsCutIsCounted) {
  FakeChat chat([](const auto&) {
    llm::ChatReply reply = said("<prompt>Say billing or");
    reply.state = llm::ReplyState::truncated;
    return reply;
  });
  EXPECT_EQ(make().write(chat, induce_).dropped.at(0).reason, "cut");
}

TEST_F(WriterTest, AnErrorOfOneRequestIsCountedAndOneOfAllEndsIt) {
  FakeChat chat([is_first = true](const auto&) mutable {
    return failed(std::exchange(is_first, false) ? ErrorKind::api : ErrorKind::budget);
  });
  const WrittenBatch batch = make().write(chat, std::vector<Order>(2, induce_[0]));
  EXPECT_EQ(batch.dropped.at(0).reason, "error");
  EXPECT_EQ(batch.error->kind, ErrorKind::budget);
  EXPECT_EQ(batch.replies, 0);
}

TEST_F(WriterTest, ItsRequestsHaveARoleAndEqualOnesAreSamples) {
  FakeChat chat([](const auto&) { return said(""); });
  const Order order{&way_named("paraphrase"), {{0, "Sort it.", std::nullopt, {}}}};
  make().write(chat, std::vector<Order>(2, order));
  EXPECT_EQ(chat.asked[0].role, "write");
  EXPECT_EQ(chat.asked[0].messages.back().content, chat.asked[1].messages.back().content);
  EXPECT_EQ(chat.asked[0].repeat, 0);
  EXPECT_EQ(chat.asked[1].repeat, 1);
}

TEST_F(WriterTest, DrawsDemonstrationsAnewBySeedAndTakesDemandsInTurn) {
  const auto asked = [&](std::uint64_t seed) {
    FakeChat chat([](const auto&) { return said(""); });
    make({.demonstrations = 2, .per_reply = 1, .seed = seed})
        .write(chat, std::vector<Order>(3, induce_[0]));
    std::vector<std::string> contents;
    for (const auto& request : chat.asked) contents.push_back(request.messages.back().content);
    return contents;
  };
  const std::vector<std::string> first = asked(1);
  EXPECT_EQ(first, asked(1));
  EXPECT_NE(first, asked(2));
  EXPECT_NE(first[0], first[2]);
  EXPECT_THAT(first[0], HasSubstr("explains this task"));
  EXPECT_THAT(first[1], Not(HasSubstr("explains this task")));
}

TEST_F(WriterTest, NoRequestIsLongerThanTheBound) {
  material_.user_prompt = std::string(500, 'u');
  const WriterOptions options{.demonstrations = 3, .per_reply = 4, .seed = 0};
  Writer writer = make(options);
  const std::int64_t bound = longest_request(writer.material(), train_, options, 500, 4);
  std::string lines;
  while (lines.size() < 3900) lines += "line " + std::to_string(lines.size()) + "\n";
  std::vector<Order> orders;
  for (const Way& way : ways()) {
    for (std::size_t i = 0; i < 2 * way.demands.size(); ++i) {
      orders.push_back({&way, {}});
      const std::size_t parents = way.parents == Parents::several ? kMostParents : 2;
      for (std::size_t p = 0; p < parents && way.parents != Parents::none; ++p) {
        orders.back().parents.push_back({0, std::string(p, 'x') + lines, 0.5, {}});
        if (way.parents == Parents::one) break;
      }
      if (way.failures) {
        orders.back().parents[0].mistakes.assign(
            4,
            {train_.examples[0].input, "shipping", std::string(9999, 'y'), std::string(9999, 'z')});
      }
    }
  }
  FakeChat chat([](const auto&) { return said(""); });
  writer.write(chat, orders);
  for (const llm::ChatRequest& request : chat.asked)
    EXPECT_LE(static_cast<std::int64_t>(request.messages.back().content.size()) + 32, bound);
}

}  // namespace
}  // namespace zopo::write
