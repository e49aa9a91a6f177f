#!/usr/bin/env python3
"""`promptfoo optimize` on one task; run by compare_tools. Prints one line of JSON.

    promptfoo_arm.py PROMPTFOO TASK.json ADDRESS KEY CALLS

It has no budget of its own: three rounds write three prompts each and ask them on every test; what it asks again comes from its own cache. So
it is given as many of dev's examples as CALLS pay for. The last step scores the prompt that came of it on the task's test. Where its model writes nothing that it
can use, it ends without a prompt, and what it was given stands.
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

from scoring import calls_so_far, normal

program, task_file, address, key, calls = *sys.argv[1:5], int(sys.argv[5])
ROUNDS, WRITTEN = 3, 3
folder = pathlib.Path(task_file).parent
task = json.loads(pathlib.Path(task_file).read_text())
message = task["prompt"]["messages"][0]["content"].replace("{{instruction}}", task["prompt"]["baseline"])


def examples(part):
    return [json.loads(line) for line in (folder / task["data"][part]).read_text().splitlines()]


def assertion(example):
    """The task's metric: the first line without case, punctuation and outer space."""
    value = json.dumps(normal(example["output"]))
    normalised = r"""output.trim().split('\n')[0].toLowerCase().replace(/[^\p{L}\p{N}_\s]/gu, '').split(/\s+/).filter(Boolean).join(' ')"""
    return {"type": "javascript", "value": f"{normalised} === {value}"}


def optimized():
    tests = (calls - ROUNDS) // (1 + ROUNDS * WRITTEN)
    llm = task["llm"]
    model = {"id": "openai:chat:" + llm["model"], "config": {"apiBaseUrl": address + "/v1", "temperature": 0, "max_tokens": llm["max_tokens"]}}
    config = {"prompts": [message], "providers": [model], "evaluateOptions": {"maxConcurrency": llm["concurrency"]},
              "tests": [{"vars": {"input": one["input"]}, "assert": [assertion(one)]} for one in examples("dev")[:tests]]}
    with tempfile.TemporaryDirectory() as home:
        file = pathlib.Path(home) / "promptfooconfig.json"
        file.write_text(json.dumps(config))
        environment = {**os.environ, "OPENAI_API_KEY": key, "OPENAI_BASE_URL": address + "/v1", "OPENAI_API_BASE_URL": address + "/v1",
                       "PROMPTFOO_CONFIG_DIR": home, "PROMPTFOO_DISABLE_TELEMETRY": "1",
                       "PROMPTFOO_DISABLE_UPDATE": "1", "NO_COLOR": "1", "FORCE_COLOR": "0"}
        done = subprocess.run([program, "optimize", "-c", file], capture_output=True, text=True, env=environment)
    said = done.stdout + done.stderr
    if done.returncode and ("usable prompt candidates" in said or "parse optimized prompt" in said):
        return message, "its model wrote nothing that it could use"
    if "Best prompt\n" not in said:
        sys.exit(f"promptfoo: exit {done.returncode}\n{said[-2000:]}")
    best = said.split("Best prompt\n", 1)[1]
    return best.split("\n====", 1)[0].split("\n────", 1)[0].strip("\n"), ""


def is_right(prompt, example):
    body = {"model": task["llm"]["model"], "temperature": 0, "max_tokens": task["llm"]["max_tokens"],
            "messages": [{"role": "user", "content": prompt.replace("{{input}}", example["input"])}]}
    request = urllib.request.Request(address + "/v1/chat/completions", json.dumps(body).encode(),
                                     {"Content-Type": "application/json", "Authorization": "Bearer " + key})
    with urllib.request.urlopen(request) as reply:
        answer = json.loads(reply.read())["choices"][0]["message"]["content"]
    return normal(answer) == normal(example["output"])


best, why = optimized()
spent = calls_so_far(address, key)
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    right = list(pool.map(lambda example: is_right(best, example), examples("test")))
print(json.dumps({"score": sum(right) / len(right), "calls": spent[0], "tokens": spent[1] + spent[2], "prompt": best, "note": why}))
