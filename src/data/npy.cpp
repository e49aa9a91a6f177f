// Reads and writes the header of .npy files. Called by embeddings_npy.cpp.

#include "npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include "zopo/base/bad_data.h"

namespace zopo::data {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr std::size_t kMaxHeader = 1 << 16;

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    value = value << 8U | static_cast<unsigned char>(bytes[i - 1]);
  }
  return value;
}

// The header is a Python dict literal of three keys, in any order: {'descr': '<f4',
// 'fortran_order': False, 'shape': (3, 4), }
class DictReader {
 public:
  DictReader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  void read(NpyHeader& header) {
    expect('{');
    std::set<std::string_view> seen;
    while (!take('}')) {
      const std::string_view key = quoted();
      if (!seen.insert(key).second) malformed();
      expect(':');
      member(key, header);
      if (!take(',') && peek() != '}') malformed();
    }
    if (seen.size() != 3 || text_.find_first_not_of(" \n") != text_.npos) malformed();
  }

 private:
  [[noreturn]] void malformed() const {
    bad_data(name_, "the header of this .npy file is malformed. Write it again with numpy.save.");
  }

  char peek() {
    const std::size_t start = text_.find_first_not_of(' ');
    text_.remove_prefix(std::min(start, text_.size()));
    return text_.empty() ? '\0' : text_[0];
  }

  bool take(char c) {
    if (peek() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!take(c)) malformed();
  }

  std::string_view quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') malformed();
    const std::size_t end = text_.find(quote, 1);
    if (end == text_.npos) malformed();
    const std::string_view inner = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return inner;
  }

  bool boolean() {
    peek();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return value;
    }
    malformed();
  }

  std::int64_t integer() {
    peek();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc() || value < 0) malformed();
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }

  std::vector<std::int64_t> tuple() {
    std::vector<std::int64_t> values;
    expect('(');
    while (!take(')')) {
      values.push_back(integer());
      if (!take(',') && peek() != ')') malformed();
    }
    return values;
  }

  void member(std::string_view key, NpyHeader& header) {
    if (key == "descr") {
      element_type(header);
    } else if (key == "fortran_order") {
      header.fortran_order = boolean();
    } else if (key == "shape") {
      shape(header);
    } else {
      malformed();
    }
  }

  void element_type(NpyHeader& header) {
    if (peek() == '[') bad_data(name_, "holds records, expected floats of 2, 4 or 8 bytes.");
    const std::string type(quoted());
    const bool known = type.size() == 3 && (type[0] == '<' || type[0] == '>') && type[1] == 'f' &&
                       (type[2] == '2' || type[2] == '4' || type[2] == '8');
    if (!known) {
      bad_data(name_,
               "holds elements of type \"" + type +
                   "\", expected floats: f2, f4 or f8. Convert it with astype(\"float32\").");
    }
    header.byte_order = type[0];
    header.item_size = type[2] - '0';
  }

  void shape(NpyHeader& header) {
    const std::vector<std::int64_t> dimensions = tuple();
    if (dimensions.size() != 2) {
      bad_data(name_, fmt::format("has {} dimension(s), expected two: [candidates x dimension].",
                                  dimensions.size()));
    }
    header.rows = dimensions[0];
    header.columns = dimensions[1];
    if (header.rows == 0 || header.columns == 0) {
      bad_data(name_,
               fmt::format("is empty: its shape is [{} x {}].", header.rows, header.columns));
    }
  }

  std::string_view text_;
  const std::string& name_;
};

// The text of the dict, and where the data begins.
std::string_view dict_of(std::string_view bytes,
                         const std::string& name,
                         std::size_t& data_offset) {
  if (!bytes.starts_with(kMagic) || bytes.size() < 10) {
    bad_data(name, "is no .npy file: it does not begin with \"\\x93NUMPY\".");
  }
  const int major = static_cast<unsigned char>(bytes[6]),
            minor = static_cast<unsigned char>(bytes[7]);
  if (major < 1 || major > 3 || minor != 0) {
    bad_data(name, fmt::format("has .npy format {}.{}, expected 1.0, 2.0 or 3.0.", major, minor));
  }
  const std::size_t length_size = major == 1 ? 2 : 4;
  if (bytes.size() < 8 + length_size) bad_data(name, "ends inside its .npy header.");
  const std::size_t length = little_endian(bytes.substr(8, length_size));
  data_offset = 8 + length_size + length;
  if (length > kMaxHeader || data_offset > bytes.size()) {
    bad_data(name,
             fmt::format("ends inside its .npy header, or that is damaged: it claims {} bytes.",
                         length));
  }
  return bytes.substr(8 + length_size, length);
}

std::optional<std::uint64_t> product(std::uint64_t a, std::uint64_t b) {
  if (b != 0 && a > std::numeric_limits<std::int64_t>::max() / b) return std::nullopt;
  return a * b;
}

void check_size(const NpyHeader& header, std::uint64_t file_size, const std::string& name) {
  const auto row = product(static_cast<std::uint64_t>(header.columns),
                           static_cast<std::uint64_t>(header.item_size));
  const auto all = row ? product(static_cast<std::uint64_t>(header.rows), *row) : std::nullopt;
  const std::uint64_t held = file_size - header.data_offset;
  if (!all || held != *all) {
    bad_data(name,
             fmt::format("holds {} bytes of data, but its shape [{} x {}] of f{} needs {}. The "
                         "file is cut off or damaged.",
                         held, header.rows, header.columns, header.item_size,
                         all ? std::to_string(*all) : "more than any file holds"));
  }
}

}  // namespace

NpyHeader parse_npy_header(std::string_view bytes,
                           std::uint64_t file_size,
                           const std::string& name) {
  NpyHeader header;
  const std::string_view dict = dict_of(bytes, name, header.data_offset);
  DictReader(dict, name).read(header);
  check_size(header, file_size, name);
  return header;
}

std::string npy_header(std::int64_t rows, std::int64_t columns) {
  constexpr std::size_t kPrefix = 10, kAlign = 64;
  std::string dict =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, columns);
  dict.append(kAlign - 1 - (kPrefix + dict.size()) % kAlign, ' ');
  dict += '\n';
  const auto size = static_cast<std::uint16_t>(dict.size());
  return std::string(kMagic) + '\x01' + '\0' + static_cast<char>(size & 0xFFU) +
         static_cast<char>(size >> 8U) + dict;
}

}  // namespace zopo::data
