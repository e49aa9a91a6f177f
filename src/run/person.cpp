#include "zopo/run/person.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

namespace zopo::run {
namespace {

using nlohmann::json;

// What task::choice_question() asks.
json material_of(const std::string& body) {
  const json request = json::parse(body);
  return json::parse(request.at("messages").back().at("content").get<std::string>());
}

class PersonTransport final : public http::Transport {
 public:
  PersonTransport(std::string rubric, Choose choose)
      : rubric_(std::move(rubric)), choose_(std::move(choose)), asker_([this] { work(); }) {}

  ~PersonTransport() override {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    arrived_.notify_all();
    asker_.join();
    for (Job& job : jobs_) job.done({stop(), true});
  }

  void send(http::Request request, Done done) override {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({std::move(request.body), std::move(done)});
    arrived_.notify_one();
  }

 private:
  struct Job {
    std::string body;
    Done done;
  };

  static Error stop() {
    return {ErrorKind::interrupted, "The comparisons were stopped before all were made."};
  }

  void work() {
    while (std::optional<Job> job = next()) {
      Result<http::Response> answered = answer(job->body);
      const bool is_free = !answered.ok();
      job->done({std::move(answered), is_free});
    }
  }

  std::optional<Job> next() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
    if (stopped_) return std::nullopt;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
  }

  Result<http::Response> answer(const std::string& body) {
    if (!choose_) {
      return Error{
          ErrorKind::config,
          "A person has to choose between answers, and standard input is no terminal. Go on "
          "in a terminal, or let a model or a command choose: judge.by \"llm\"."};
    }
    if (has_left_) return stop();
    const json material = material_of(body);
    const std::optional<int> choice = choose_(
        {rubric_, material.at("input"), material.value("references", std::vector<std::string>{}),
         material.at("answer_1"), material.at("answer_2")});
    has_left_ = !choice;
    if (!choice) return stop();
    const json verdict = {{"key", material.at("key")}, {"better", *choice}};
    return http::Response{200, {}, json{{"text", verdict.dump()}, {"model", "person"}}.dump()};
  }

  const std::string rubric_;
  const Choose choose_;
  bool has_left_ = false;  // of the asker
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> jobs_;
  bool stopped_ = false;
  std::jthread asker_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<http::Transport> make_person_transport(std::string rubric, Choose choose) {
  return std::make_unique<PersonTransport>(std::move(rubric), std::move(choose));
}

}  // namespace zopo::run
