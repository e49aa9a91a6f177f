#!/usr/bin/env python3
"""One optimizer of DSPy on one task; run by compare_tools in an environment that has dspy. Prints one line of JSON.

    dspy_arm.py TASK.json ADDRESS KEY gepa|miprov2|miprov2-demos|baseline SEED CALLS WRITER_TOKENS

The signature's instruction starts as the task's prompt.baseline. A metric call is a call, so CALLS bounds what GEPA is given; MIPROv2 takes
trials, whose number is chosen to use about as many. The last step scores the program that came of it on the task's test.
"""
import json
import os
import pathlib
import sys
import tempfile

task_file, address, key, arm, seed, calls = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]), int(sys.argv[6])
writer_tokens = int(sys.argv[7])
os.environ.update(DSPY_CACHEDIR=tempfile.mkdtemp(), LITELLM_LOCAL_MODEL_COST_MAP="True")
from scoring import calls_so_far, normal  # noqa: E402
import dspy  # noqa: E402  (reads the environment)

BATCH, ANSWER_TOKENS, THREADS = 25, 64, 8
folder = pathlib.Path(task_file).parent
task = json.loads(pathlib.Path(task_file).read_text())
answers = dspy.LM("openai/" + task["llm"]["model"], api_base=address + "/v1", api_key=key, temperature=0.0, max_tokens=ANSWER_TOKENS)
writer = dspy.LM("openai/" + task["llm"]["model"], api_base=address + "/v1", api_key=key, temperature=1.0, max_tokens=writer_tokens)
dspy.configure(lm=answers)


def examples(part):
    lines = (folder / task["data"][part]).read_text().splitlines()
    return [dspy.Example(**json.loads(line)).with_inputs("input") for line in lines]


def right(example, prediction, *_):
    return float(normal(example.output) == normal(getattr(prediction, "output", "")))


def right_in_words(example, prediction, trace=None, pred_name=None, pred_trace=None):
    score = right(example, prediction)
    return dspy.Prediction(score=score, feedback="Right." if score else f"Wrong; expected: {example.output}")


def optimized(program, train, dev):
    if arm == "baseline":
        return program
    if arm == "gepa":
        gepa = dspy.GEPA(metric=right_in_words, max_metric_calls=int(calls * 0.93), reflection_lm=writer, num_threads=THREADS, seed=seed)
        return gepa.compile(program, trainset=train, valset=dev)
    demos = 3 if arm == "miprov2-demos" else 0
    first = 250 if demos else 150  # calls of the first full evaluations and of writing
    mipro = dspy.MIPROv2(metric=right, prompt_model=writer, task_model=answers, auto=None, num_candidates=8 if demos else 12,
                         max_bootstrapped_demos=demos, max_labeled_demos=demos, num_threads=THREADS, seed=seed)
    return mipro.compile(program, trainset=train, valset=dev, num_trials=max(4, (calls - first) // 35),
                         minibatch=len(dev) > BATCH, minibatch_size=BATCH, minibatch_full_eval_steps=5)


train, dev, test = examples("train"), examples("dev"), examples("test")
best = optimized(dspy.Predict(dspy.Signature("input -> output", task["prompt"]["baseline"])), train, dev)
spent = calls_so_far(address, key)
score = dspy.Evaluate(devset=test, metric=right, num_threads=THREADS, display_progress=False)(best)
print(json.dumps({"score": float(getattr(score, "score", score)) / 100, "calls": spent[0], "tokens": spent[1] + spent[2],
                  "prompt": best.signature.instructions, "demos": len(best.demos)}), flush=True)
os._exit(0)  # threads of the library do not end by themselves
