// Proxies are taken from the environment, as curl reads it.
#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::StartsWith;

class Proxy : public TaskTest {
 protected:
  Finished run(const std::string& base_url, std::map<std::string, std::string> environment) {
    write_task({{"llm", {{"base_url", base_url}, {"max_attempts", 1}, {"concurrency", 1}}}});
    environment["OPENAI_API_KEY"] = "sk-1";
    environment["no_proxy"].insert(0, "localhost,");
    return zopo({"optimize", "--task", "task.json"}, environment);
  }
};

TEST_F(Proxy, PlainRequestsGoThroughHttpProxy) {
  const Finished finished = run("http://model.invalid/v1", {{"http_proxy", server_.url()}});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_THAT(server_.requests(),
              Each(Field(&ServerRequest::target, "http://model.invalid/v1/chat/completions")));
  EXPECT_GT(server_.request_count(), 0);
}

TEST_F(Proxy, HttpsAsksForATunnelAndShowsTheProxyNoKey) {
  on_request([](const ServerRequest&) -> std::optional<ServerReply> {
    return ServerReply{.status = 403};
  });
  const Finished finished = run("https://model.invalid/v1", {{"HTTPS_PROXY", server_.url()}});
  EXPECT_EQ(finished.exit_code, 3) << finished.err;
  ASSERT_EQ(server_.request_count(), 1);
  const ServerRequest request = server_.requests().front();
  EXPECT_EQ(request.method, "CONNECT");
  EXPECT_EQ(request.target, "model.invalid:443");
  EXPECT_EQ(request.headers.count("authorization"), 0u);
}

TEST_F(Proxy, NoProxyNamesHostsThatAreSpokenToDirectly) {
  const Finished finished = run("http://model.invalid/v1",
                                {{"http_proxy", server_.url()}, {"no_proxy", "model.invalid"}});
  EXPECT_EQ(finished.exit_code, 3) << finished.err;
  EXPECT_THAT(finished.last_line(), HasSubstr("host name of model.invalid"));
  EXPECT_EQ(server_.request_count(), 0);
}

}  // namespace
}  // namespace zopo::test
