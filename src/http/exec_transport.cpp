// Threads that each keep one process of the user's command and pass lines to and from it. Called by
// run for the provider exec.

#include "zopo/http/exec_transport.h"

#include <fmt/core.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "http/line_process.h"
#include "zopo/base/error.h"

namespace zopo::http {
namespace {

class ExecTransport final : public Transport {
 public:
  explicit ExecTransport(ExecOptions options)
      : options_(std::move(options)), cancel_(eventfd(0, EFD_CLOEXEC)) {}

  ~ExecTransport() override {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    const std::uint64_t one = 1;
    // A full counter is as readable as a fresh one, so a failing write changes nothing.
    [[maybe_unused]] const ssize_t written = write(cancel_.get(), &one, sizeof one);
    arrived_.notify_all();
    workers_.clear();  // joins
    for (Job& job : jobs_) job.done({interrupted(), true});
  }

  void send(Request request, Done done) override {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({std::move(request.body), std::move(done)});
    const bool all_busy = idle_ < jobs_.size();
    if (all_busy && workers_.size() < static_cast<std::size_t>(std::max(1, options_.max_processes)))
      workers_.emplace_back([this] { work(); });
    arrived_.notify_one();
  }

 private:
  struct Job {
    std::string line;
    Done done;
  };

  static Error interrupted() {
    return {ErrorKind::interrupted, "The request was given up before the command answered."};
  }

  // One worker, one process at a time.
  void work() {
    std::unique_ptr<LineProcess> process;
    while (std::optional<Job> job = next()) {
      Reply reply = answer(job->line, process);
      if (!reply) process.reset();
      job->done(std::move(reply));
    }
  }

  std::optional<Job> next() {
    std::unique_lock lock(mutex_);
    ++idle_;
    arrived_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
    --idle_;
    if (stopped_) return std::nullopt;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
  }

  Reply answer(const std::string& line, std::unique_ptr<LineProcess>& process) {
    if (!process) {
      auto started = LineProcess::start(options_.command, options_.directory);
      if (!started) return {started.error(), true};
      process = std::move(*started);
    }
    Result<std::string> answered =
        process->ask(line, std::chrono::milliseconds(options_.timeout_ms),
                     static_cast<std::size_t>(options_.max_line_bytes), cancel_.get());
    if (!answered) return answered.error();
    return Response{200, {}, std::move(*answered)};
  }

  const ExecOptions options_;
  const Descriptor cancel_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> jobs_;
  std::size_t idle_ = 0;
  bool stopped_ = false;
  std::vector<std::jthread> workers_;
};

}  // namespace

std::unique_ptr<Transport> make_exec_transport(ExecOptions options) {
  if (options.command.empty() || !is_program(options.command.front(), options.directory)) {
    throw Failure(ErrorKind::config,
                  fmt::format("llm.command: there is no program \"{}\" that may be run. A name "
                              "without \"/\" is looked for in PATH, one with it from the task "
                              "file's folder.",
                              options.command.empty() ? "" : options.command.front()));
  }
  return std::make_unique<ExecTransport>(std::move(options));
}

}  // namespace zopo::http
