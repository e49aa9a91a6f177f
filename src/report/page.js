"use strict";
// Draws the report from the JSON in #data. Texts of models and data only ever become text nodes.
const runs = JSON.parse(document.getElementById("data").textContent);
const charts = {};
const byId = (id) => document.getElementById(id);
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const number = (x, digits = 3) => (x === null || x === undefined ? "–" : x.toFixed(digits));
const lineColors = ["#2f81f7", "#d4720b", "#2da44e", "#a371f7", "#cf4b5a", "#1b9aaa"];

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value !== null) made.setAttribute(name, value);
  }
  for (const child of children) made.append(child);
  return made;
}

function table(head, rows) {
  const cell = (tag, value, kind) => element(tag, { class: kind || null, scope: tag === "th" ? "col" : null }, value);
  return element("table", {},
    element("thead", {}, element("tr", {}, ...head.map(([text, kind]) => cell("th", text, kind)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((value, i) => cell("td", value, head[i][1]))))));
}

// 95 % interval of a proportion (Wilson, JASA 1927).
function wilson(mean, n) {
  const z = 1.959964, d = 1 + z * z / n, c = mean + z * z / (2 * n);
  const h = z * Math.sqrt(mean * (1 - mean) / n + z * z / (4 * n * n));
  return [Math.max(0, (c - h) / d), Math.min(1, (c + h) / d)];
}
const described = (s) => (s ? `${number(s.score)} [${number(s.ci[0])}, ${number(s.ci[1])}] on ${s.n}` : "–");
const promptOf = (run, id) => (run.prompts && run.prompts[id] !== undefined ? run.prompts[id] : "candidate " + id);

// Of each candidate tried: its last mean, the number of examples, and when it was first asked.
function tried(run) {
  const found = new Map();
  run.trace.forEach((d, at) => {
    const before = found.get(d.id);
    found.set(d.id, { id: d.id, mean: d.mean, n: d.n, first: before ? before.first : at });
  });
  return [...found.values()];
}

// The curve, how long its initial phase is, and who led in turn. Of prompts with few examples and many the best is the one with the
// highest lower end of its interval; all of them are looked at again only when the leader falls.
function bestSoFar(run) {
  if (run.curve) return run.curve;
  const points = [], leaders = [], known = new Map();
  let calls = 0, initial = 0, leader = null;
  for (const d of run.trace) {
    calls += d.k;
    if (d.phase === "initial") initial = calls;
    if (d.n > 0) {
      known.set(d.id, { mean: d.mean, low: wilson(d.mean, d.n)[0], before: known.get(d.id) });
      const now = known.get(d.id);
      if (leader === null || (d.id !== leader && now.low > known.get(leader).low)) leader = d.id;
      else if (d.id === leader && now.before && now.low < now.before.low) {
        for (const [id, { low }] of known) if (low > known.get(leader).low) leader = id;
      }
      delete now.before;
    }
    if (leader === null) continue;
    points.push({ x: calls, y: known.get(leader).mean });
    if (leader !== leaders[leaders.length - 1]) leaders.push(leader);
  }
  return (run.curve = { points, initial, leaders });
}

const shade = {
  id: "shade",
  beforeDraw(chart, _, options) {
    if (!options.until) return;
    const { ctx, chartArea: area, scales: { x } } = chart;
    ctx.save();
    ctx.fillStyle = color("mark") + "22";
    ctx.fillRect(area.left, area.top, Math.min(x.getPixelForValue(options.until), area.right) - area.left, area.bottom - area.top);
    ctx.restore();
  },
};

function axis(text, more = {}) {
  return { type: "linear", title: { display: true, text, color: color("soft") }, ticks: { color: color("soft") }, grid: { color: color("line") }, ...more };
}

function draw(id, config) {
  if (charts[id]) charts[id].destroy();
  config.options = { animation: false, responsive: true, maintainAspectRatio: false, ...config.options };
  charts[id] = new Chart(byId(id), config);
}

function drawCurve() {
  const curves = runs.map(bestSoFar);
  draw("curve", {
    type: "line",
    data: { datasets: runs.map((run, i) => ({ label: run.name, data: curves[i].points, stepped: true, pointRadius: 0, borderWidth: 2, borderColor: lineColors[i % lineColors.length], backgroundColor: lineColors[i % lineColors.length] })) },
    options: {
      parsing: false, interaction: { mode: "nearest", intersect: false },
      scales: { x: axis("calls of the search", { min: 0 }), y: axis("dev score", { min: 0, max: 1 }) },
      plugins: { legend: { display: runs.length > 1, labels: { color: color("fore") } }, shade: { until: Math.max(...curves.map((c) => c.initial)) } },
    },
    plugins: [shade],
  });
}

// Dark blue over green to yellow: told apart without colour vision too.
const ramp = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
function heat(t) {
  const at = Math.max(0, Math.min(1, t)) * (ramp.length - 1), i = Math.min(ramp.length - 2, Math.floor(at));
  return "rgb(" + ramp[i].map((c, k) => Math.round(c + (at - i) * (ramp[i + 1][k] - c))).join(",") + ")";
}

function wrapped(text, width = 48, lines = 6) {
  const cut = text.length > width * lines ? text.slice(0, width * lines) + " …" : text;
  return cut.match(new RegExp(`[^]{1,${width}}`, "g")) || [""];
}

function drawMap(run) {
  byId("h-map").parentElement.hidden = !run.x;
  if (!run.x) return;
  const seen = tried(run), known = new Map(seen.map((t) => [t.id, t]));
  const low = Math.min(...seen.map((t) => t.mean)), high = Math.max(...seen.map((t) => t.mean));
  const scaled = (mean) => (high > low ? (mean - low) / (high - low) : 1);
  const point = (id) => ({ x: run.x[id], y: run.y[id], id });
  const rest = run.x.map((_, id) => id).filter((id) => !known.has(id)).map(point);
  const path = bestSoFar(run).leaders.map(point);
  const best = run.result.best ? [point(run.result.best.id)] : [];
  const area = byId("map").parentElement.clientWidth;
  draw("map", {
    type: "scatter",
    data: { datasets: [
      { label: "best", data: best, pointStyle: "rectRot", pointRadius: 9, pointHoverRadius: 11, borderWidth: 2, borderColor: color("fore"), backgroundColor: "transparent" },
      { label: "tried", data: seen.map((t) => point(t.id)), pointRadius: area < 500 ? 4 : 5, backgroundColor: seen.map((t) => heat(scaled(t.mean))), borderColor: color("soft"), borderWidth: 1 },
      { label: "not tried", data: rest, pointRadius: 2, backgroundColor: color("grey"), borderWidth: 0 },
      { label: "way of the leader", data: path, showLine: true, pointRadius: 0, pointHitRadius: 0, borderWidth: 1.5, borderColor: color("mark") },
    ] },
    options: {
      scales: { x: axis("first component"), y: axis("second component") },
      plugins: {
        legend: { labels: { color: color("fore"), boxWidth: 12 } },
        tooltip: { callbacks: { label: (item) => {
          const id = item.raw.id, t = known.get(id), [a, b] = t ? wilson(t.mean, t.n) : [];
          return wrapped(promptOf(run, id)).concat(t ? [`score ${number(t.mean)} [${number(a)}, ${number(b)}] on ${t.n}`] : ["not tried"]);
        } } },
      },
    },
  });
  const bar = element("i");
  bar.style.background = "linear-gradient(90deg," + [0, 0.25, 0.5, 0.75, 1].map(heat).join(",") + ")";
  byId("scale").replaceChildren(element("div", { class: "legend" }, number(low, 2), bar, number(high, 2) + " dev score"));
}

function replies(run, id) {
  const own = run.answers.filter((a) => a[0] === id);
  const rows = own.map(([, split, example, state, score, reply, extracted]) =>
    [split, String(example), state, score === null ? "–" : number(score, 2), reply, extracted]);
  return table([["split"], ["example", "number"], ["state"], ["score", "number"], ["reply", "prompt"], ["extracted", "prompt"]], rows);
}

function drawRank(run) {
  const step = 50, ranked = tried(run).filter((t) => t.n > 0).sort((a, b) => wilson(b.mean, b.n)[0] - wilson(a.mean, a.n)[0] || a.id - b.id);
  const body = element("tbody"), more = element("button", { type: "button", id: "more" });
  const add = () => {
    for (const t of ranked.slice(body.dataset.shown | 0, (body.dataset.shown | 0) + step)) {
      const open = element("button", { type: "button", "aria-expanded": "false" }, promptOf(run, t.id));
      const [low, high] = wilson(t.mean, t.n);
      const row = element("tr", {}, element("td", { class: "number" }, String(t.id)), element("td", { class: "number" }, number(t.mean)),
        element("td", { class: "number" }, `${number(low, 2)}–${number(high, 2)}`), element("td", { class: "number" }, String(t.n)), element("td", { class: "prompt" }, open));
      let detail = null;
      open.addEventListener("click", () => {
        if (detail) detail.remove();
        detail = detail ? null : element("tr", {}, element("td", { colspan: "5" }, replies(run, String(t.id))));
        if (detail) row.after(detail);
        open.setAttribute("aria-expanded", String(detail !== null));
      });
      body.append(row);
    }
    body.dataset.shown = Math.min(ranked.length, (body.dataset.shown | 0) + step);
    more.textContent = `more (${ranked.length - body.dataset.shown} left)`;
    more.hidden = body.dataset.shown >= ranked.length;
  };
  more.addEventListener("click", add);
  const head = [["id", "number"], ["score", "number"], ["95 %", "number"], ["n", "number"], ["prompt (click for its answers)"]];
  byId("rank").replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, ...head.map(([text, kind]) => element("th", { scope: "col", class: kind || null }, text)))), body), more);
  add();
}

function drawSpent(run) {
  const price = run.settings.llm && run.settings.llm.price;
  const rows = run.stages.map((s) => [s.stage, String(s.calls), String(s.prompt_tokens), String(s.completion_tokens),
    price ? ((s.prompt_tokens * price.prompt_usd_per_million + s.completion_tokens * price.completion_usd_per_million) / 1e6).toFixed(4) : "–"]);
  byId("spent").replaceChildren(table([["stage"], ["calls", "number"], ["prompt tokens", "number"], ["completion tokens", "number"], ["USD", "number"]], rows));
}

function drawCalibration(run) {
  const seen = run.trace.filter((d) => d.pm !== null && d.psd !== null && d.k > 0);
  byId("gp").parentElement.hidden = seen.length === 0;
  if (seen.length === 0) { byId("gp-note").textContent = "This method made no predictions before its queries."; return; }
  const p = (x) => Math.max(0.02, Math.min(0.98, x));
  const inside = seen.filter((d) => Math.abs(d.seen - d.pm) <= 1.96 * Math.sqrt(d.psd ** 2 + p(d.pm) * (1 - p(d.pm)) / d.k)).length;
  byId("gp-note").textContent = `Each point is one decision: the posterior mean before it, and the mean of the ${seen[0].k === 1 ? "answer" : "answers"} that came. ` +
    `${inside} of ${seen.length} (${Math.round(100 * inside / seen.length)} %) lie within the predicted 95 % (posterior and sampling noise together).`;
  draw("gp", {
    type: "scatter",
    data: { datasets: [
      { label: "decision", data: seen.map((d) => ({ x: d.pm, y: d.seen, d })), pointRadius: 4, backgroundColor: lineColors[0] + "90" },
      { label: "as predicted", data: [{ x: 0, y: 0 }, { x: 1, y: 1 }], showLine: true, pointRadius: 0, pointHitRadius: 0, borderColor: color("soft"), borderDash: [5, 5], borderWidth: 1 },
    ] },
    options: {
      scales: { x: axis("predicted"), y: axis("seen", { min: 0, max: 1 }) },
      plugins: { legend: { labels: { color: color("fore"), boxWidth: 12 } }, tooltip: { callbacks: { label: ({ raw: { d } }) => d ? wrapped(promptOf(run, d.id)).concat([`predicted ${number(d.pm)} ± ${number(d.psd)}, seen ${number(d.seen)} on ${d.k}`]) : "" } } },
    },
  });
}

function drawRun() {
  const run = runs[byId("run").value | 0];
  drawMap(run);
  drawRank(run);
  drawSpent(run);
  drawCalibration(run);
}

function drawAll() {
  drawCurve();
  drawRun();
}

function write() {
  byId("title").textContent = [...new Set(runs.map((r) => r.result.task))].join(", ");
  const rows = runs.map(({ name, result: r }) => {
    const d = r.test_difference;
    return [name, r.method, String(r.seed), described(r.best && r.best.test), described(r.baseline && r.baseline.test),
      d ? `${d.value >= 0 ? "+" : ""}${number(d.value)} [${number(d.ci[0])}, ${number(d.ci[1])}]${d.significant ? "" : ", not significant"}` : "–",
      described(r.best && r.best.dev), `${r.candidates_tried} of ${r.candidates}`, String(r.usage.calls), r.stopped];
  });
  byId("result").append(table([["run"], ["method"], ["seed", "number"], ["test"], ["baseline, test"], ["difference"], ["dev"], ["tried", "number"], ["calls", "number"], ["ended by"]], rows));
  for (const { name, result: r } of runs) {
    if (r.verdict_text) byId("winners").append(element("p", {}, `${name}: ${r.verdict_text}`));
    byId("winners").append(element("pre", { "aria-label": "best prompt of " + name }, r.best ? r.best.prompt : "no prompt was scored"));
  }
  runs.forEach((run, i) => {
    byId("run").append(element("option", { value: i }, run.name));
    byId("config").append(element("details", {}, element("summary", {}, run.name), element("pre", {}, JSON.stringify(run.settings, null, 2))));
  });
  byId("chooser").hidden = runs.length < 2;
  byId("run").addEventListener("change", drawRun);
  byId("theme").addEventListener("click", () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  drawAll();
}

write();
setTheme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
