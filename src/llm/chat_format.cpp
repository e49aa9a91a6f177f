// The table of providers of chats. Called by chat_wire.cpp and for the names in messages.

#include "llm/chat_format.h"

#include <fmt/core.h>

#include "zopo/base/error.h"
#include "zopo/base/text.h"
#include "zopo/llm/anthropic.h"
#include "zopo/llm/exec.h"
#include "zopo/llm/gemini.h"
#include "zopo/llm/openai.h"
#include "zopo/llm/openai_responses.h"

namespace zopo::llm {
namespace {

std::string openai_chat_url(const EndpointSettings& endpoint, const std::string&) {
  return endpoint_url(endpoint, "/chat/completions");
}

std::string anthropic_url(const EndpointSettings& endpoint, const std::string&) {
  return endpoint_url(endpoint, "/messages");
}

std::string responses_url(const EndpointSettings& endpoint, const std::string&) {
  return endpoint_url(endpoint, "/responses");
}

std::string gemini_chat_url(const EndpointSettings& endpoint, const std::string& model) {
  return endpoint_url(endpoint, "/" + gemini_resource(model) + ":generateContent");
}

std::string azure_chat_url(const EndpointSettings& endpoint, const std::string& model) {
  return azure_url(endpoint, model, "/chat/completions");
}

std::string exec_chat_url(const EndpointSettings& endpoint, const std::string&) {
  return command_url(endpoint);
}

}  // namespace

const std::vector<ChatFormat>& chat_formats() {
  static const std::vector<ChatFormat> formats = {
      {"openai",
       kOpenAi,
       kBearer,
       {},
       openai_chat_url,
       check_openai_chat,
       openai_chat_body,
       openai_completion_limit,
       parse_openai_chat},
      {"openai-responses",
       kOpenAi,
       kBearer,
       {},
       responses_url,
       check_openai_responses,
       openai_responses_body,
       openai_responses_completion_limit,
       parse_openai_responses},
      {"azure",
       kAzure,
       kAzureKey,
       {},
       azure_chat_url,
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
      {"gemini",
       kGemini,
       kGeminiKey,
       {},
       gemini_chat_url,
       check_gemini,
       gemini_body,
       gemini_completion_limit,
       parse_gemini},
      {"exec",
       {},
       kBearer,
       {},
       exec_chat_url,
       check_openai_chat,
       openai_chat_body,
       openai_completion_limit,
       parse_exec_chat},
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
