// The words and tables of the report, in the order of the questions that a reader has.

// The answers to the prompt compared with stand under "baseline" or under its number: here under the latter alone.
function joinAnswers(run, baseline) {
  if (!baseline || baseline.id === undefined || baseline.id === null) return;
  const own = String(baseline.id), key = (a) => a[1] + " " + a[2], seen = new Set(run.answers.filter((a) => a[0] === own).map(key));
  run.answers = run.answers.filter((a) => a[0] !== "baseline" || !seen.has(key(a))).map((a) => (a[0] === "baseline" ? [own, ...a.slice(1)] : a));
}

// "first" is the prompt that the page is about, "second" what it is held against.
function prepare(run) {
  const r = run.result;
  run.evaluation = Array.isArray(r.prompts);
  if (run.evaluation) {
    run.split = r.split;
    run.all = r.prompts.map((p, i) => ({ id: String(i), name: "prompt " + (i + 1), prompt: p.prompt, score: p.n ? p : null }));
    run.difference = (r.differences || [])[0] || null;
  } else {
    run.split = r.best && r.best.test ? "test" : "dev";
    const of = (one, name) => one && { id: one.id === undefined || one.id === null ? (name === "your prompt" ? "baseline" : null) : String(one.id), name, prompt: one.text || one.prompt, score: one[run.split], dev: one.dev, test: one.test };
    const reference = r.baseline_source === "first_initial" ? "first initial prompt" : r.baseline_source === "initial_best" ? "best initial prompt" : "your prompt";
    const same = !r.found && r.best && r.baseline && r.best.prompt === r.baseline.prompt;
    run.all = (same ? [of({ ...r.baseline, ...r.best }, reference === "your prompt" ? "your prompt, to be kept" : reference)] : r.found ? [of(r.best, "your prompt, to be kept"), of(r.found, "what the search found")] : [of(r.best, "winner"), of(r.baseline, reference)]).filter(Boolean);
    joinAnswers(run, r.baseline);
    run.difference = r.test_difference || null;
  }
  for (const one of run.all) {
    if (!run.evaluation && one !== run.all[0] && !r.found && !run.answers.some((a) => a[0] === one.id)) one.id = "baseline";
  }
  run.first = run.all[0] || null;
  run.second = run.all[1] || null;
  run.same = !run.evaluation && run.all.length === 1 && Boolean(r.baseline);
  // The one in use today and the one that could take its place, for "fixed" and "broken".
  [run.old, run.newer] = r.found ? [run.first, run.second] : [run.second, run.first];
  run.stopped = r.stopped || (run.evaluation ? "budget" : "unfinished");
}

const early = { cap: "a cap ended the run early", calls: "the cap on calls ended the run early", interrupted: "the run was interrupted", incomplete: "too many answers are missing", error: "the run ended by an error", unfinished: "the run has not finished" };
const stateOf = (run) => (run.stopped === "cap" && run.first && run.first.test ? "done" : early[run.stopped] || "done");
const signed = (x) => (x >= 0 ? "+" : "−") + number(Math.abs(x));

function verdict(run) {
  const first = run.first, d = run.difference, r = run.result;
  if (!first) return run.stopped === "unfinished" ? "This run has not finished: there is no result yet" : "No prompt was scored";
  if (run.evaluation) return run.all.length < 2 || !d || d.value === null ? "Scores of " + run.all.length + (run.all.length === 1 ? " prompt" : " prompts") : `Prompt 1 against prompt 2: ${d.verdict}`;
  if (!first.test) return `Not tested: ${early[run.stopped] || "the run has no test score"}`;
  if (run.all.every((p) => p.score && p.score.score === 0)) return "Every test answer is wrong: no prompt works on this task as it is set up";
  if (r.verdict === "in_use" || (r.baseline_source === "task" && run.same)) return "Keep your prompt: nothing better was found";
  if (r.verdict === "keep") return "Keep your prompt: the one found is worse on the test";
  if (r.verdict === "tie") return "Take this prompt: it is as good as yours within the tolerance, and shorter or cheaper";
  if (r.found) return "Keep your prompt: the one found is not shown to be better";
  if (r.verdict === "not_shown") return "Take this prompt: it is probably better than yours, but the test does not show it for certain";
  if (!d) return "Take this prompt: there was no baseline to compare with";
  if (d.significant && d.value > 0) return "Take this prompt: it is better than " + (r.baseline_source === "task" ? "yours" : "the first one tried");
  if (d.significant) return "Keep your prompt: the one found is worse on the test";
  return "Not shown to be better: the difference may be chance";
}

function bars(run) {
  const box = element("div", { class: "bars" });
  for (const one of run.all) {
    if (!one.score) continue;
    const [low, high] = one.score.ci, bar = element("div", { class: "bar", role: "img", "aria-label": `${one.name}: ${described(one.score)}` });
    const band = element("i"), dot = element("b");
    band.style.left = 100 * Math.max(0, low) + "%";
    band.style.width = 100 * (Math.min(1, high) - Math.max(0, low)) + "%";
    dot.style.left = 100 * one.score.score + "%";
    bar.append(band, dot);
    box.append(element("span", {}, `${one.name}, ${run.split}`), bar, element("span", {}, described(one.score)));
  }
  return box;
}

function facts(run) {
  const r = run.result, usage = r.usage || {}, made = element("p", { class: "facts" });
  const add = (name, value) => { if (value !== null && value !== undefined && value !== "") made.append(element("span", {}, name + " ", element("b", {}, String(value)))); };
  add("calls", usage.calls);
  add("tokens", usage.prompt_tokens === undefined ? null : usage.prompt_tokens + usage.completion_tokens);
  add("USD", usage.usd === undefined || usage.usd === null ? null : usage.usd.toFixed(4));
  add("time", run.seconds === null ? null : run.seconds < 90 ? run.seconds.toFixed(1) + " s" : (run.seconds / 60).toFixed(1) + " min");
  add("model", (run.models || []).join(", ") || (run.settings.llm || {}).model);
  add("date", run.created);
  add("method", run.evaluation ? null : r.method);
  add("run", run.name);
  return made;
}

function drawHead(run) {
  byId("h-head").textContent = verdict(run);
  const parts = [bars(run)], d = run.difference;
  if (d && d.value !== null && !run.same) parts.push(element("p", {}, `${run.result.found ? "What the search found against your prompt" : "Difference"} on ${run.split}: ${signed(d.value)} [${signed(d.ci[0])}, ${signed(d.ci[1])}] (95 % interval), p = ${Number(d.p_value).toPrecision(2)}: ${d.verdict}.`));
  if (!run.evaluation && run.first && !run.first.test) parts.push(element("p", {}, run.result.found ? "The scores above are of dev. They do not show that what the search found is better, so your prompt stays." : `The scores above are of dev, on ${run.first.dev ? run.first.dev.n : 0} examples. The prompt was chosen because it scored high on them, so they are optimistic. Do not take it for tested.`));
  if (run.stopped === "cap" && run.first && run.first.test) parts.push(element("p", {}, `Note: a cap ended the search; the test was run. To search on: raise the cap, then zopo optimize --resume ${run.name}`));
  else if (early[run.stopped]) parts.push(element("p", {}, `Note: ${early[run.stopped]}. To go on: zopo optimize --resume ${run.name}`));
  byId("head").replaceChildren(...parts, facts(run));
}

function copyButton(text) {
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {  // a page from a file may lack the clipboard
      const area = element("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = "Copied";
  });
  return button;
}

function drawPrompts(run) {
  const box = (one) => element("div", {}, element("h3", {}, one.name, copyButton(one.prompt)), element("pre", { "aria-label": one.name }, one.prompt));
  const parts = run.all.map(box);
  if (run.first && run.second && !run.same) {
    const diff = element("pre", { "aria-label": "changes by word" });
    const [from, to] = run.result.found ? [run.first, run.second] : [run.second, run.first];
    for (const part of Diff.diffWordsWithSpace(from.prompt, to.prompt)) diff.append(part.added ? element("ins", {}, part.value) : part.removed ? element("del", {}, part.value) : part.value);
    parts.push(element("div", { class: "whole" }, element("h3", {}, `From ${run.result.found ? "your prompt" : from.name} to ${to.name}, word by word`), diff));
  }
  byId("prompts").replaceChildren(...(parts.length ? parts : [element("p", {}, "There is none yet.")]));
}

const passes = (a) => a && a[4] !== null && a[4] >= 0.5;
const expectedOf = (run, split, example) => (((run.examples || {})[split] || {})[example] || ["", ""]);
const expectedText = (text) => { if (!text.startsWith('["')) return text; try { return JSON.parse(text).join(" | "); } catch { return text; } };

// What the shown prompt is held against: the one in use today, that one against the new one; where there is only one, the others against it.
function otherOf(run) {
  const id = byId("who").value;
  if (run.old) return id === run.old.id ? run.newer : run.old;
  return run.first && run.first.id !== id ? run.first : null;
}

// The answers of the chosen prompt on the chosen side, each with the other prompt's answer to the same example.
function rowsOf(run) {
  const id = byId("who").value, split = byId("split").value;
  const other = otherOf(run);
  const held = new Map(run.answers.filter((a) => other && a[0] === other.id && a[1] === split).map((a) => [a[2], a]));
  return run.answers.filter((a) => a[0] === id && a[1] === split).map((a) => {
    const [input, expected] = expectedOf(run, split, a[2]), before = held.get(a[2]);
    const [was, is] = oldIsShown(run) ? [a, before] : [before, a];
    return { a, before, input, expected: expectedText(expected), ok: passes(a), fixed: before && passes(is) && !passes(was), broken: before && !passes(is) && passes(was) };
  }).sort((x, y) => (x.a[4] === null ? -1 : x.a[4]) - (y.a[4] === null ? -1 : y.a[4]) || x.a[2] - y.a[2]);
}

const nameOf = (run, id) => (run.all.find((p) => p.id === id) || { name: "candidate " + id }).name;

const oldIsShown = (run) => Boolean(run.old) && byId("who").value === run.old.id;

const filters = { all: () => true, fails: (x) => !x.ok, fixed: (x) => x.fixed, broken: (x) => x.broken };

function drawConfusion(rows) {
  const key = (text) => text.trim().toLowerCase(), wanted = [...new Set(rows.map((x) => key(x.expected)))].sort();
  byId("confusion").replaceChildren();
  if (rows.length < 8 || wanted.length < 2 || wanted.length > 10 || wanted.some((w) => w === "" || w.length > 30)) return;
  const said = (x) => (x.a[3] === "error" ? "no answer" : wanted.includes(key(x.a[6])) ? key(x.a[6]) : "something else");
  const columns = [...wanted, ...["something else", "no answer"].filter((c) => rows.some((x) => said(x) === c))];
  const body = wanted.map((w) => element("tr", {}, element("th", { scope: "row" }, w), ...columns.map((c) => {
    const n = rows.filter((x) => key(x.expected) === w && said(x) === c).length;
    return element("td", { class: "number " + (n === 0 ? "" : c === w ? "hit" : "miss") }, String(n));
  })));
  byId("confusion").append(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Expected against given" }, element("table", { class: "matrix" },
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "expected \\ given"), ...columns.map((c) => element("th", { scope: "col", class: "number" }, c)))), element("tbody", {}, ...body))));
}

function drawFails(run) {
  const rows = rowsOf(run), wanted = byId("find").value.toLowerCase(), keep = filters[byId("filter").value] || filters.all;
  const shown = rows.filter((x) => keep(x) && (!wanted || [x.input, x.expected, x.a[5], x.a[6]].some((t) => t.toLowerCase().includes(wanted))));
  const count = (f) => rows.filter(f).length;
  byId("fails-note").textContent = rows.length === 0 ? "There are no answers of this prompt here." :
    `${count((x) => x.ok)} of ${rows.length} pass, ${count((x) => !x.ok)} fail (score below 0.5 or no answer)` + (run.old ? `; ${count((x) => x.fixed)} fixed and ${count((x) => x.broken)} broken by ${nameOf(run, oldIsShown(run) ? run.newer.id : byId("who").value)}` : "") + `. ${shown.length} shown.`;
  drawConfusion(rows);
  const other = otherOf(run), judged = rows.some((x) => x.a[7]), head = ["verdict", "#", "input", "expected", "reply", "extracted", "score", ...(other ? [nameOf(run, other.id)] : []), ...(judged ? ["judge"] : [])];
  const body = element("tbody"), more = element("button", { type: "button" }), step = innerWidth < 600 ? 10 : 20;
  const add = () => {
    const from = body.children.length;
    for (const x of shown.slice(from, from + step)) {
      const word = x.a[3] === "error" ? "no answer" : (x.ok ? "passes" : "fails") + (x.fixed ? ", fixed" : x.broken ? ", broken" : "") + (x.a[3] === "truncated" ? ", cut" : "");
      const cells = [[word, x.a[3] === "error" ? "open" : x.ok ? "pass" : "fail"], [String(x.a[2]), "number"], [x.input, "prompt"], [x.expected, "prompt"], [x.a[5], "prompt"], [x.a[6], "prompt"], [number(x.a[4], 2), "number"], ...(other ? [[x.before ? x.before[5] : "–", "prompt"]] : []), ...(judged ? [[x.a[7] || "", "prompt"]] : [])];
      body.append(element("tr", {}, ...cells.map(([text, kind], i) => element("td", { class: kind, "data-label": head[i] }, text))));
    }
    more.textContent = `more (${shown.length - body.children.length} left)`;
    more.hidden = body.children.length >= shown.length;
  };
  more.addEventListener("click", add);
  byId("fails").replaceChildren(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Examples and answers" }, element("table", { class: "cards" }, element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))), body)), more);
  add();
}

function offerFilters(run) {
  const option = (value, text) => element("option", { value }, text), known = new Set(run.answers.map((a) => a[0]));
  const others = run.evaluation ? [] : tried(run).filter((t) => t.n > 0).sort((a, b) => b.n - a.n || b.mean - a.mean).slice(0, 50).map((t) => String(t.id));
  const named = run.all.filter((p) => p.id !== null), ids = new Set(named.map((p) => p.id));
  byId("who").replaceChildren(...named.map((p) => option(p.id, p.name)), ...others.filter((id) => known.has(id) && !ids.has(id)).map((id) => option(id, `candidate ${id}: ${promptOf(run, id).slice(0, 40)}`)));
  const splits = [...new Set(run.answers.map((a) => a[1]))].sort().reverse();
  byId("split").replaceChildren(...splits.map((s) => option(s, s)));
  byId("filter").replaceChildren(option("all", "all, failures first"), option("fails", "failures"), option("fixed", "fixed by the new prompt"), option("broken", "broken by the new prompt"));
  byId("find").value = "";
}

function drawTrust(run) {
  const r = run.result, lines = [], count = (one, s) => s && `${one}: ${described(s)} examples${s.truncated ? `, ${s.truncated} cut short` : ""}${s.error ? `, ${s.error} without an answer` : ""}`;
  if (!run.evaluation && run.first) {
    lines.push("The prompt was chosen by its score on dev, so that score is optimistic. " + (!run.first.test ? "The test has not been read." : (r.test || {}).readings > 1 ? `The test was read ${r.test.readings} times.` : "The test was read once, after the choice."));
    for (const p of run.all) lines.push(count(`${p.name}, dev`, p.dev), count(`${p.name}, test`, p.test));
  }
  if (run.evaluation) for (const p of run.all) lines.push(count(`${p.name}, ${run.split}`, p.score));
  if (r.candidates !== undefined) lines.push(`${r.candidates_tried} of ${r.candidates} prompts were tried, in ${r.rounds} rounds and ${r.search_calls} calls.`);
  if (r.errors) lines.push(`${r.errors.error} answers are missing and ${r.errors.truncated} were cut short. A missing answer never counts as a wrong one.`);
  if (run.difference && !run.same) lines.push("The difference is taken example by example between the two prompts, so examples that are hard for both do not blur it.");
  lines.push("All intervals are 95 %.");
  byId("trust").replaceChildren(...lines.filter(Boolean).map((t) => element("li", {}, t)), ...(r.warnings || []).map((t) => element("li", { class: "fail" }, "Warning: " + t)));
  byId("trust").querySelectorAll(".fail").forEach((e) => { e.style.whiteSpace = "normal"; });
}

const stops = { budget: "The search stopped when its calls were used up.", candidates: "The search stopped when no prompt had an example left to answer.", price: "The search stopped where no further call was worth its price." };

// Each order to write, held against the best prompt of its round: what it could reach at most, for what it costs, and what came.
function drawWriting(run) {
  const orders = run.writing || [];
  byId("s-writing").hidden = orders.length === 0;
  byId("stop-note").textContent = run.stop ? `A prompt is written where what it could reach is above all that could be asked. ${stops[run.stop.why] || ""}` : "";
  const came = (o) => [o.candidates === 1 ? `candidate ${o.first}` : o.candidates > 1 ? `candidates ${o.first} to ${o.first + o.candidates - 1}` : "", ...Object.entries(o.dropped).map(([why, n]) => `${n} dropped: ${why}`)].filter(Boolean).join(", ") || "nothing new";
  byId("writing").replaceChildren(table([["round", "number"], ["way"], ["from"], ["could reach", "number"], ["best then", "number"], ["came"]],
    orders.map((o) => [String(o.round), o.way, o.parents.length ? o.parents.join(", ") : "the data", number(o.index), number(o.to_beat), came(o)])));
}

// From the winner back to the prompt it was written from, as far as candidates.jsonl says.
function drawLineage(run) {
  const born = run.born || {}, steps = [], met = new Set();
  let id = run.first && run.first.id;
  while (id !== null && id !== undefined && !met.has(String(id)) && steps.length < 20) {
    met.add(String(id));
    const b = born[id] || {};
    if (b.way || (b.parents && b.parents.length) || steps.length) steps.push(element("li", {}, run.old && String(id) === run.old.id ? "your prompt: " : `candidate ${id}${b.way && b.way !== "seed" ? `, written by ${b.way}` : ""}: `, element("span", {}, promptOf(run, id))));
    id = b.parents && b.parents.length ? b.parents[0] : null;
  }
  byId("s-lineage").hidden = steps.length === 0;
  byId("lineage").replaceChildren(element("ol", {}, ...steps));
}

function drawRun() {
  const run = runs[byId("run").value | 0];
  byId("h-fails").parentElement.hidden = run.answers.length === 0;
  byId("h-spent").parentElement.hidden = run.stages.length === 0;
  drawHead(run);
  drawPrompts(run);
  offerFilters(run);
  drawFails(run);
  drawTrust(run);
  drawWriting(run);
  drawLineage(run);
  drawSpent(run);
  drawRank(run);
  drawRunCharts();
}

function drawRunCharts() {
  const run = runs[byId("run").value | 0];
  drawMap(run);
  drawCalibration(run);
}

function write() {
  runs.forEach(prepare);
  byId("title").textContent = [...new Set(runs.map((r) => r.result.task || r.settings.name || r.name))].join(", ");
  const rows = runs.map((run) => {
    const r = run.result, second = run.second, d = run.difference;
    return [run.name, r.method || (run.evaluation ? "evaluate" : "–"), r.seed === undefined ? "–" : String(r.seed), run.first ? described(run.first.test || (run.evaluation ? run.first.score : null)) : "–", second ? described(second.test || (run.evaluation ? second.score : null)) : "–",
      d && d.value !== null ? `${signed(d.value)} [${signed(d.ci[0])}, ${signed(d.ci[1])}]${d.significant ? "" : ", may be chance"}` : "–",
      run.first ? described(run.first.dev) : "–", r.candidates_tried === undefined ? "–" : `${r.candidates_tried} of ${r.candidates}`, String((r.usage || {}).calls || "–"), stateOf(run)];
  });
  byId("result").append(table([["run"], ["method"], ["seed", "number"], ["test"], ["baseline, test"], ["difference"], ["dev"], ["tried", "number"], ["calls", "number"], ["state"]], rows));
  byId("s-runs").hidden = runs.length < 2;
  for (const { name, result: r } of runs) {
    if (r.verdict_text) byId("result").append(element("p", {}, `${name}: ${r.verdict_text}`));
  }
  runs.forEach((run, i) => {
    byId("run").append(element("option", { value: i }, run.name));
    byId("config").append(element("details", {}, element("summary", {}, run.name), element("pre", {}, JSON.stringify(run.settings, null, 2))));
  });
  byId("run").addEventListener("change", drawRun);
  for (const id of ["who", "split", "filter"]) byId(id).addEventListener("change", () => drawFails(runs[byId("run").value | 0]));
  byId("find").addEventListener("input", () => drawFails(runs[byId("run").value | 0]));
  byId("theme").addEventListener("click", () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  drawCurve();
  drawRunCharts();
}

write();
document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
drawRun();
drawCurve();
