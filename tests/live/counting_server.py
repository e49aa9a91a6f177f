#!/usr/bin/env python3
"""A chat endpoint in front of another one: keeps the answers of temperature 0, and counts calls and tokens by bearer key.

    counting_server.py UPSTREAM PORT ANSWERS.db MOST_TOKENS

A request that sets no limit of its own gets MOST_TOKENS as its max_tokens: a small model may go on for ever.
GET /counts: {key: [calls, prompt tokens, completion tokens]}. An answer that was kept counts as a call as well: the arms of a comparison
are held to what they ask, not to what the machine had to compute.
"""
import collections
import hashlib
import http.server
import json
import sqlite3
import sys
import threading
import urllib.error
import urllib.request

upstream, port, answers, most_tokens = sys.argv[1].rstrip("/"), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
counts = collections.defaultdict(lambda: [0, 0, 0])
lock = threading.Lock()
store = sqlite3.connect(answers, check_same_thread=False)
store.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, body BLOB)")


def ask(body):
    request = urllib.request.Request(upstream + "/chat/completions", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=3600) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def answer(body):
    parsed = json.loads(body)
    if not parsed.get("max_tokens") and not parsed.get("max_completion_tokens"):
        parsed["max_tokens"] = most_tokens
        body = json.dumps(parsed).encode()
    if parsed.get("temperature") != 0:
        return ask(body)
    key = hashlib.sha256(json.dumps(parsed, sort_keys=True).encode()).hexdigest()
    with lock:
        row = store.execute("SELECT body FROM answers WHERE key = ?", (key,)).fetchone()
    if row:
        return 200, row[0]
    status, reply = ask(body)
    if status == 200:
        with lock, store:
            store.execute("INSERT OR IGNORE INTO answers VALUES (?, ?)", (key, reply))
    return status, reply


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with lock:
            self.reply(200, json.dumps(counts).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, reply = answer(body)
        if status == 200:
            usage = json.loads(reply).get("usage") or {}
            with lock:
                count = counts[self.headers.get("Authorization", "Bearer -")[7:]]
                count[0] += 1
                count[1] += usage.get("prompt_tokens", 0)
                count[2] += usage.get("completion_tokens", 0)
        self.reply(status, reply)


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


server = Server(("127.0.0.1", port), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
