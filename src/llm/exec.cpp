// Lines for a command that plays the model, and what it answers. Called by way of
// chat_format.cpp's table.

#include "zopo/llm/exec.h"

#include "llm/api_error.h"
#include "llm/chat_reply.h"
#include "llm/json_reading.h"
#include "llm/usage_formats.h"

namespace zopo::llm {
namespace {

Ending ending_of(const std::string& finish_reason) {
  if (finish_reason == "content_filter") return Ending::filtered;
  return is_cut(finish_reason) ? Ending::cut : Ending::finished;
}

}  // namespace

ChatReply parse_exec_chat(int, const http::Headers&, const std::string& body) {
  const Json json = parse_json(body);
  const Json& error = member(json, "error");
  if (!error.is_null()) {
    const bool again = member(error, "retry") == true;
    const std::string said = message_of(json);
    return failed_reply(again ? ErrorKind::network : ErrorKind::api,
                        "It says: " + quoted(said.empty() ? body : said));
  }
  if (!member(json, "text").is_string()) {
    return failed_reply(ErrorKind::network,
                        "It answered no JSON object with a \"text\": " + quoted(body));
  }
  ChatReply reply;
  reply.text = text_member(json, "text");
  reply.finish_reason = text_member(json, "finish_reason");
  reply.model = text_member(json, "model");
  reply.usage = openai_usage(member(json, "usage"));
  judge(ending_of(reply.finish_reason), reply);
  return reply;
}

}  // namespace zopo::llm
