// Certificates are verified: against a TLS server with a certificate made for the occasion.
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// `openssl s_server`: it agrees on a connection and then answers no POST.
class TlsServer {
 public:
  // name: what the certificate is for, "IP:127.0.0.1".
  TlsServer(const TempDir& dir, const std::string& name)
      : certificate_((dir / "certificate.pem").string()) {
    const std::string key = (dir / "key.pem").string();
    const std::string make =
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=zopo-test -addext "
        "'subjectAltName=" +
        name + "' -keyout " + key + " -out " + certificate_ + " 2>/dev/null";
    if (std::system(make.c_str()) != 0) {
      throw std::runtime_error("openssl cannot make a certificate; is the tool installed?");
    }
    start(key);
  }
  ~TlsServer() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_) + "/v1"; }
  const std::string& certificate() const { return certificate_; }

 private:
  void start(const std::string& key) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("pipe failed");
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(open("/dev/null", O_RDWR), STDERR_FILENO);
      close(ends[0]);
      execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert",
             certificate_.c_str(), "-key", key.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    FILE* const out = fdopen(ends[0], "r");
    for (char line[256]; port_ == 0 && std::fgets(line, sizeof line, out) != nullptr;) {
      std::sscanf(line, "ACCEPT 127.0.0.1:%d", &port_);
    }
    std::fclose(out);
    if (port_ == 0) throw std::runtime_error("openssl s_server does not start");
  }

  std::string certificate_;
  pid_t pid_ = -1;
  int port_ = 0;
};

class Tls : public TaskTest {
 protected:
  Finished run(const TlsServer& server, const std::string& trusted) {
    write_task({{"llm",
                 {{"base_url", server.url()},
                  {"max_attempts", 1},
                  {"idle_timeout_ms", 500},
                  {"concurrency", 1}}}});
    std::map<std::string, std::string> environment = {{"OPENAI_API_KEY", "sk-1"}};
    if (!trusted.empty()) environment["SSL_CERT_FILE"] = trusted;
    return zopo({"optimize", "--task", "task.json"}, environment);
  }
};

TEST_F(Tls, ATrustedCertificateOfTheRightNameIsTalkedTo) {
  const TlsServer server(dir_, "IP:127.0.0.1");
  const Finished talked = run(server, server.certificate());
  EXPECT_EQ(talked.exit_code, 3);
  EXPECT_THAT(talked.last_line(),
              AllOf(Not(HasSubstr("certificate")), HasSubstr("did not answer in time")));
}

TEST_F(Tls, ACertificateOfTheWrongNameEndsTheRun) {
  const TlsServer server(dir_, "DNS:other.example");
  const Finished refused = run(server, server.certificate());
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.last_line(),
              AllOf(HasSubstr("certificate"), HasSubstr("does not verify"), HasSubstr("--resume")));
}

TEST_F(Tls, ACertificateThatNobodyVouchesForEndsTheRun) {
  const TlsServer server(dir_, "IP:127.0.0.1");
  const Finished refused = run(server, "");
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.last_line(), AllOf(HasSubstr("does not verify"), HasSubstr("SSL_CERT_FILE")));
}

}  // namespace
}  // namespace zopo::test
