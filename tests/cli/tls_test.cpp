// Certificates are verified: against a TLS server with a certificate made for the occasion.
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "tests/cli/task_fixture.h"

namespace zopo::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// `openssl s_server`: it agrees on a connection and then answers no POST. It prints what it is
// sent.
class TlsServer {
 public:
  // name: what the certificate is for, "IP:127.0.0.1". protocols: what it offers by ALPN.
  TlsServer(const TempDir& dir, const std::string& name, const std::string& protocols = "http/1.1")
      : protocols_(protocols), certificate_((dir / "certificate.pem").string()) {
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
    std::fclose(out_);
    close(never_written_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_) + "/v1"; }
  const std::string& certificate() const { return certificate_; }
  // The first line of what it was sent that names a protocol.
  std::string first_request_line() const {
    for (char line[256]; std::fgets(line, sizeof line, out_) != nullptr;) {
      const std::string text = line;
      if (text.find(" HTTP/") != std::string::npos) return text;
    }
    return "";
  }

 private:
  void start(const std::string& key) {
    int ends[2], input[2];
    if (pipe(ends) != 0 || pipe(input) != 0) throw std::runtime_error("pipe failed");
    pid_ = fork();
    if (pid_ == 0) {
      dup2(input[0], STDIN_FILENO);  // at its end the server would hang up
      dup2(ends[1], STDOUT_FILENO);
      dup2(open("/dev/null", O_RDWR), STDERR_FILENO);
      close(ends[0]);
      close(input[1]);
      execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-alpn",
             protocols_.c_str(), "-cert", certificate_.c_str(), "-key", key.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    close(input[0]);
    never_written_ = input[1];
    out_ = fdopen(ends[0], "r");
    for (char line[256]; port_ == 0 && std::fgets(line, sizeof line, out_) != nullptr;) {
      std::sscanf(line, "ACCEPT 127.0.0.1:%d", &port_);
    }
    if (port_ == 0) throw std::runtime_error("openssl s_server does not start");
  }

  std::string protocols_, certificate_;
  FILE* out_ = nullptr;
  int never_written_ = -1;
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

TEST_F(Tls, Http2IsSpokenWhereItIsOffered) {
  const TlsServer modern(dir_, "IP:127.0.0.1", "h2,http/1.1");
  run(modern, modern.certificate());
  EXPECT_EQ(modern.first_request_line(), "PRI * HTTP/2.0\r\n");  // RFC 9113, sec. 3.4
  const TlsServer older(dir_, "IP:127.0.0.1", "http/1.1");
  run(older, older.certificate());
  EXPECT_EQ(older.first_request_line(), "POST /v1/chat/completions HTTP/1.1\r\n");
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
