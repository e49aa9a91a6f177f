#pragma once
// What a command that plays the model is asked and answers, one line of JSON each (JSON Lines), as
// pure functions. A request is that of openai_chat_body():
//
//   {"max_tokens":32,"messages":[{"content":"..","role":"user"}],"model":"m","temperature":0.0}
//
// and a reply one of
//
//   {"text": "WORD", "finish_reason": "stop", "model": "m-1",
//    "usage": {"prompt_tokens": 9, "completion_tokens": 1}}          only text is needed
//   {"error": "words"}                                               of this request, for good
//   {"error": {"message": "words", "retry": true}}                   asking again may help

#include <string>

#include "zopo/http/transport.h"
#include "zopo/llm/chat.h"

namespace zopo::llm {

// In the sense of parse_openai_chat(): finish_reason length and content_filter mean what they mean
// there; usage is of OpenAI's form. Anything that is no such object is an error of kind network.
ChatReply parse_exec_chat(int status, const http::Headers& headers, const std::string& body);

}  // namespace zopo::llm
