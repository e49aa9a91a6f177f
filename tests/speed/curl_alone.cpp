// What libcurl alone reaches: the same request over and over on 64 connections (or as many as said)
// from one thread, replies dropped unread. No client on its multi interface gets beyond this.
//
//   curl_alone URL BODY REQUESTS [CONNECTIONS]
//
// prints requests per second.
#include <curl/curl.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace {

std::size_t drop(char*, std::size_t size, std::size_t count, void*) { return size * count; }

void add_handle(CURLM* multi, const char* url, const char* body, curl_slist* headers) {
  CURL* const handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_URL, url);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, drop);
  curl_multi_add_handle(multi, handle);
}

// Starts every finished handle again; returns how many there were.
int start_again(CURLM* multi) {
  int finished = 0, left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    CURL* const handle = message->easy_handle;
    curl_multi_remove_handle(multi, handle);
    curl_multi_add_handle(multi, handle);
    ++finished;
  }
  return finished;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const int connections = argc > 4 ? std::atoi(argv[4]) : 64;
  const long requests = std::atol(argv[3]);
  CURLM* const multi = curl_multi_init();
  curl_slist* const headers = curl_slist_append(nullptr, "Content-Type: application/json");
  for (int i = 0; i < connections; ++i) add_handle(multi, argv[1], argv[2], headers);
  const auto begin = std::chrono::steady_clock::now();
  for (long done = 0; done < requests;) {
    int running = 0;
    curl_multi_perform(multi, &running);
    done += start_again(multi);
    curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
  }
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  std::printf("%.0f\n", static_cast<double>(requests) / passed.count());
}
