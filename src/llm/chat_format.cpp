#include "llm/chat_format.h"

#include <fmt/core.h>

#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/llm/anthropic.h"
#include "zopo/llm/openai.h"

namespace zopo::llm {
namespace {

const KeyHeader kBearer = {"Authorization", "Bearer "};

std::string openai_url(const EndpointSettings& endpoint, const std::string&) {
  return endpoint_url(endpoint, "/chat/completions");
}

std::string anthropic_url(const EndpointSettings& endpoint, const std::string&) {
  return endpoint_url(endpoint, "/messages");
}

}  // namespace

const std::vector<ChatFormat>& chat_formats() {
  static const std::vector<ChatFormat> formats = {
      {"openai",
       {"https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL"},
       kBearer,
       {},
       openai_url,
       check_openai_chat,
       openai_chat_body,
       openai_completion_limit,
       parse_openai_chat},
      {"anthropic",
       {"https://api.anthropic.com/v1", "ANTHROPIC_API_KEY", ""},
       {"x-api-key", ""},
       {{"anthropic-version", "2023-06-01"}},
       anthropic_url,
       check_anthropic,
       anthropic_body,
       anthropic_completion_limit,
       parse_anthropic},
  };
  return formats;
}

const ChatFormat& chat_format(const std::string& provider) {
  std::vector<std::string> known;
  for (const ChatFormat& format : chat_formats()) {
    if (format.name == provider) return format;
    known.push_back(format.name);
  }
  throw Failure(ErrorKind::config,
                fmt::format("llm.provider \"{}\" is not known; known are: {}{}.", provider,
                            join(known, ", "), did_you_mean(provider, known)));
}

}  // namespace zopo::llm
