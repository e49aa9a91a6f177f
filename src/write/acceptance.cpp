// The reasons, tried in order: what is no prompt at all, what is not the task's own, what is lost,
// what is there already.
#include "zopo/write/acceptance.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <unordered_set>

#include "write/copies.h"
#include "write/words.h"
#include "zopo/base/text.h"
#include "zopo/write/brief.h"

namespace zopo::write {
namespace {

constexpr std::array kRefusals = {"i'm sorry",   "i’m sorry",    "i am sorry", "sorry,",
                                  "i cannot ",   "i can't ",     "i can’t ",   "i can not ",
                                  "i'm unable ", "i am unable ", "as an ai "};

bool is_refusal(const std::string& prompt) {
  const std::string beginning_of = fold_case(trim(beginning(prompt, 100)));
  return std::any_of(kRefusals.begin(), kRefusals.end(),
                     [&](const char* words) { return beginning_of.starts_with(words); });
}

// White space and punctuation alone.
bool says_nothing(const std::string& prompt) {
  return std::none_of(prompt.begin(), prompt.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

// Tabs and line ends aside.
bool has_controls(const std::string& prompt) {
  const std::vector<char32_t> points = code_points(prompt);
  return std::any_of(points.begin(), points.end(), [](char32_t c) {
    const bool is_layout = c == '\t' || c == '\n' || c == '\r';
    return (c < 0x20 && !is_layout) || (c >= 0x7f && c < 0xa0);
  });
}

std::unordered_set<std::string> runs_of(const std::vector<std::string>& texts) {
  std::unordered_set<std::string> runs;
  for (const std::string& text : texts) add_runs(text, runs);
  return runs;
}

// The words of a prompt as sorted hashes, repetitions kept.
using Bag = std::vector<std::size_t>;

Bag bag_of(const std::string& prompt) {
  Bag bag;
  for (const std::string& word : words_of(prompt)) bag.push_back(std::hash<std::string>()(word));
  std::sort(bag.begin(), bag.end());
  return bag;
}

bool are_near(const Bag& a, const Bag& b, double near) {
  const std::size_t all = a.size() + b.size();
  const auto most =
      std::min(AcceptanceOptions::kFewWords,
               static_cast<std::size_t>((1 - near) * static_cast<double>(all) + 1e-9));
  std::size_t others = 0, i = 0, j = 0;
  while (i < a.size() && j < b.size() && others <= most) {
    if (a[i] == b[j]) {
      ++i, ++j;
    } else {
      ++others;
      ++(a[i] < b[j] ? i : j);
    }
  }
  return others + (a.size() - i) + (b.size() - j) <= most;
}

}  // namespace

struct Acceptance::Parts {
  explicit Parts(const AcceptanceOptions& given) : options(given) {
    std::vector<std::string> allowed = given.facts.labels;
    allowed.push_back(said_form(given.facts));
    if (given.user_prompt) allowed.push_back(*given.user_prompt);
    const std::unordered_set<std::string> free = runs_of(allowed);
    for (const std::string& run : runs_of(own_words()))
      if (!free.contains(run)) own.insert(run);
    const bool labels = !given.facts.labels.empty();
    for (const data::Dataset* scored : {given.dev, given.test})
      if (scored != nullptr) copies.emplace_back(*scored, free, labels);
    if (given.train != nullptr && !shows_examples(*given.train, labels))
      copies.emplace_back(*given.train, free, labels);
    set_wanted_labels();
    options.train = options.dev = options.test = nullptr;
  }

  bool shows_examples(const data::Dataset& train, bool labels) const {
    return options.user_prompt && Copies(train, {}, labels).found_in(*options.user_prompt);
  }

  // All of them, or, where the user's prompt does with fewer, those.
  void set_wanted_labels() {
    const std::vector<std::string>& labels = options.facts.labels;
    if (labels.empty() || !are_words(labels)) return;
    for (const std::string& label : labels) {
      const bool is_said = labels_named({label}, options.surroundings) > 0;
      const bool is_users = !options.user_prompt || labels_named({label}, *options.user_prompt) > 0;
      if (!is_said && is_users) wanted_labels.push_back(label);
    }
  }

  std::optional<Rejection> no_prompt(const std::string& prompt) const {
    if (says_nothing(prompt)) return Rejection{"empty", ""};
    if (!is_valid_utf8(prompt)) return Rejection{"bytes", "no valid UTF-8"};
    if (has_controls(prompt)) return Rejection{"bytes", "control characters"};
    if (prompt.size() > options.max_chars)
      return Rejection{"too_long", fmt::format("{} characters", prompt.size())};
    if (is_refusal(prompt)) return Rejection{"refusal", ""};
    return std::nullopt;
  }

  std::optional<Rejection> not_its_own(const std::string& prompt) const {
    const std::vector<std::string> words = words_of(prompt);
    for (std::size_t i = 0; i + kRun <= words.size(); ++i) {
      std::string run = run_of(std::span(words).subspan(i, kRun));
      if (own.contains(run)) return Rejection{"echo", std::move(run)};
    }
    constexpr const char* kTag = "fixed_text>";
    const bool is_users =
        options.user_prompt && options.user_prompt->find(kTag) != std::string::npos;
    if (!is_users && prompt.find(kTag) != std::string::npos) return Rejection{"echo", kTag};
    for (const Copies& one : copies)
      if (auto words_met = one.found_in(prompt)) return Rejection{"copy", std::move(*words_met)};
    return std::nullopt;
  }

  std::optional<Rejection> lacking(const std::string& prompt) const {
    if (options.lost)
      if (auto what = options.lost(prompt)) return Rejection{"lost", std::move(*what)};
    std::vector<std::string> missing;
    for (const std::string& label : wanted_labels)
      if (labels_named({label}, prompt) == 0) missing.push_back(label);
    if (missing.empty()) return std::nullopt;
    return Rejection{"labels", join(missing, ", ")};
  }

  std::optional<Rejection> known(const std::string& prompt, const Bag& bag) const {
    if (texts.contains(prompt)) return Rejection{"exact", ""};
    if (options.near >= 1) return std::nullopt;
    const bool near = std::any_of(bags.begin(), bags.end(), [&](const Bag& other) {
      return are_near(bag, other, options.near);
    });
    return near ? std::optional(Rejection{"near", ""}) : std::nullopt;
  }

  AcceptanceOptions options;
  std::unordered_set<std::string> own;
  std::vector<Copies> copies;
  std::vector<std::string> wanted_labels;
  std::unordered_set<std::string> texts;
  std::vector<Bag> bags;
};

Acceptance::Acceptance(const AcceptanceOptions& options)
    : parts_(std::make_unique<Parts>(options)) {}
Acceptance::~Acceptance() = default;
Acceptance::Acceptance(Acceptance&&) noexcept = default;

void Acceptance::know(const std::string& prompt) {
  if (!parts_->texts.insert(prompt).second) return;
  if (parts_->options.near < 1) parts_->bags.push_back(bag_of(prompt));
}

std::optional<Rejection> Acceptance::refuse(const std::string& prompt) {
  if (auto no = parts_->no_prompt(prompt)) return no;
  const Bag bag = bag_of(prompt);
  if (auto no = parts_->known(prompt, bag)) return no;
  if (auto no = parts_->not_its_own(prompt)) return no;
  if (auto no = parts_->lacking(prompt)) return no;
  know(prompt);
  return std::nullopt;
}

}  // namespace zopo::write
