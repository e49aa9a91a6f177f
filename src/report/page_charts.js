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

// Scores drawn towards the mean of all answers so far, as if each prompt had been asked on a few examples more that scored that
// mean: a Beta prior for a proportion, with the strength that the spread of the prompts supports (method of moments, 2 to 20).
function estimate(mean, n, prior) {
  const a = prior.mean * prior.weight + mean * n, weight = prior.weight + n, m = a / weight;
  const sd = Math.sqrt(Math.max(0, m * (1 - m)) / (weight + 1));
  return { mean: m, sd, low: Math.max(0, m - 1.96 * sd), high: Math.min(1, m + 1.96 * sd) };
}

// The curve, how long its initial phase is, and who led in turn: after each round what would be recommended, by its posterior mean.
// The band is of the deviation that the model gave it when it was last asked. Where a method has no posterior, the estimate above stands for it; where a run does not say whom it would recommend (an older one),
// the prompt with the best lower end of it. All prompts are looked at again only when that leader falls.
function bestSoFar(run) {
  if (run.curve) return run.curve;
  const points = [], leaders = [], known = new Map(), deviation = new Map(), says = run.trace.some((d) => d.best);
  let calls = 0, initial = 0, leader = null;
  const score = (id) => { const k = known.get(id), e = estimate(k.mean, k.n, run.prior); return e.mean - e.sd; };
  run.prior = priorOf(run);
  for (const d of run.trace) {
    calls += d.k;
    if (d.phase === "initial") initial = calls;
    if (d.best) leader = d.best[0];
    if (d.psd !== null) deviation.set(d.id, d.psd);
    if (d.n > 0) {
      const before = known.has(d.id) ? score(d.id) : -1;
      known.set(d.id, d);
      const now = score(d.id);
      if (!says && (leader === null || (d.id !== leader && now > score(leader)))) leader = d.id;
      else if (!says && d.id === leader && now < before) {
        for (const id of known.keys()) if (score(id) > score(leader)) leader = id;
      }
    }
    const at = known.get(leader);
    if (!at || (says && !d.best)) continue;
    const mean = (d.best || [])[1], sd = deviation.get(leader);
    const e = typeof mean === "number" && typeof sd === "number" ? { mean, low: Math.max(0, mean - 1.96 * sd), high: Math.min(1, mean + 1.96 * sd) } : estimate(at.mean, at.n, run.prior);
    points.push({ x: calls, y: e.mean, low: e.low, high: e.high });
    if (leader !== leaders[leaders.length - 1]) leaders.push(leader);
  }
  run.posterior = run.trace.some((d) => d.psd !== null);
  return (run.curve = { points, initial, leaders });
}

function priorOf(run) {
  const all = tried(run).filter((t) => t.n > 0);
  const n = all.reduce((s, t) => s + t.n, 0);
  if (n === 0) return { mean: 0.5, weight: 4 };
  const mean = all.reduce((s, t) => s + t.n * t.mean, 0) / n;
  const noise = mean * (1 - mean), each = n / all.length;
  const spread = all.reduce((s, t) => s + (t.mean - mean) ** 2, 0) / all.length - noise / each;
  return { mean, weight: Math.max(2, Math.min(20, spread > 0 ? noise / spread : 20)) };
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
  const drawn = runs.filter((run) => run.trace.length > 0), curves = drawn.map(bestSoFar);
  byId("s-curve").hidden = drawn.length === 0;
  if (drawn.length === 0) return;
  const posterior = drawn.every((run) => run.posterior);
  byId("curve-note").textContent = "The dev score that was expected of the prompt that would have been recommended at each point, with its 95 % band. " +
    (posterior ? "It is the posterior mean of the search's model" : "It is an estimate that draws a prompt asked on few examples towards the mean of all") +
    ", so two right answers alone do not lift it to 1. The shaded part is the initial phase.";
  const sets = [];
  drawn.forEach((run, i) => {
    const line = lineColors[i % lineColors.length], common = { stepped: true, pointRadius: 0, pointHitRadius: 0 };
    sets.push({ label: run.name, data: curves[i].points, stepped: true, pointRadius: 0, borderWidth: 2, borderColor: line, backgroundColor: line });
    if (drawn.length > 3) return;
    sets.push({ ...common, label: "", data: curves[i].points.map((p) => ({ x: p.x, y: p.low })), borderWidth: 0, fill: false });
    sets.push({ ...common, label: "", data: curves[i].points.map((p) => ({ x: p.x, y: p.high })), borderWidth: 0, fill: "-1", backgroundColor: line + "2a" });
  });
  draw("curve", {
    type: "line",
    data: { datasets: sets },
    options: {
      parsing: false, interaction: { mode: "nearest", intersect: false },
      scales: { x: axis("calls of the search", { min: 0 }), y: axis("estimated dev score", { min: 0, max: 1 }) },
      plugins: { legend: { display: drawn.length > 1, labels: { color: color("fore"), filter: (item) => item.text !== "" } }, shade: { until: Math.max(...curves.map((c) => c.initial)) },
        tooltip: { filter: (item) => item.dataset.label !== "", callbacks: { label: ({ raw }) => `${number(raw.y)} [${number(raw.low)}, ${number(raw.high)}]` } } },
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
  const seen = tried(run).filter((t) => t.n > 0), known = new Map(seen.map((t) => [t.id, t]));
  byId("h-map").parentElement.hidden = !run.x || seen.length === 0;
  if (!run.x || seen.length === 0) return;
  bestSoFar(run);
  for (const t of seen) t.estimate = estimate(t.mean, t.n, run.prior).mean;
  const low = 0, high = 1, scaled = (mean) => mean;  // fixed ends: a run in which all is wrong has no bright points
  const point = (id) => ({ x: run.x[id], y: run.y[id], id });
  const rest = run.x.map((_, id) => id).filter((id) => !known.has(id)).map(point);
  const path = bestSoFar(run).leaders.map(point);
  const marked = (one) => {
    const id = !one ? -1 : run.x[one.id] !== undefined ? Number(one.id) : run.prompts.indexOf(one.prompt);
    return id >= 0 ? [point(id)] : [];
  };
  const area = byId("map").parentElement.clientWidth;
  draw("map", {
    type: "scatter",
    data: { datasets: [
      { label: run.first ? run.first.name : "winner", data: marked(run.first), pointStyle: "rectRot", pointRadius: 9, pointHoverRadius: 11, borderWidth: 2, borderColor: color("fore"), backgroundColor: "transparent" },
      { label: run.second ? run.second.name : "", data: marked(run.second), pointStyle: "rect", pointRadius: 9, pointHoverRadius: 11, borderWidth: 2, borderColor: color("bad"), backgroundColor: "transparent" },
      { label: "tried", data: seen.map((t) => point(t.id)), pointRadius: area < 500 ? 4 : 5, backgroundColor: seen.map((t) => heat(scaled(t.estimate))), borderColor: color("soft"), borderWidth: 1 },
      { label: "not tried", data: rest, pointRadius: 2, backgroundColor: color("grey"), borderWidth: 0 },
      { label: "from leader to leader", data: path, showLine: true, pointRadius: 0, pointHitRadius: 0, borderWidth: 1.5, borderColor: color("mark") },
    ] },
    options: {
      scales: { x: axis("first component"), y: axis("second component") },
      plugins: {
        legend: { labels: { color: color("fore"), boxWidth: 12, filter: (item) => item.text !== "" } },
        tooltip: { callbacks: { label: (item) => {
          const id = item.raw.id, t = known.get(id), [a, b] = t ? wilson(t.mean, t.n) : [];
          return wrapped(promptOf(run, id)).concat(t ? [`estimate ${number(t.estimate)}, score ${number(t.mean)} [${number(a)}, ${number(b)}] on ${t.n}`] : ["not tried"]);
        } } },
      },
    },
  });
  const bar = element("i");
  bar.style.background = "linear-gradient(90deg," + [0, 0.25, 0.5, 0.75, 1].map(heat).join(",") + ")";
  byId("scale").replaceChildren(element("div", { class: "legend" }, number(low, 2), bar, number(high, 2) + " estimated dev score"));
}

function replies(run, id) {
  const own = run.answers.filter((a) => a[0] === id);
  const rows = own.map(([, split, example, state, score, reply, extracted]) =>
    [split, String(example), state, score === null ? "–" : number(score, 2), reply, extracted]);
  return table([["split"], ["example", "number"], ["state"], ["score", "number"], ["reply", "prompt"], ["extracted", "prompt"]], rows);
}

function drawRank(run) {
  byId("s-rank").hidden = run.trace.length === 0;
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
  const price = run.settings.llm && run.settings.llm.price, roles = run.result.usage && run.result.usage.roles;
  const cost = (s) => (s.usd !== undefined && s.usd !== null ? s.usd : price ? (s.prompt_tokens * price.prompt_usd_per_million + s.completion_tokens * price.completion_usd_per_million) / 1e6 : null);
  const parts = roles && Object.keys(roles).length ? Object.entries(roles).map(([stage, s]) => ({ stage, ...s })) : run.stages;
  const rows = parts.map((s) => [s.stage, String(s.calls), String(s.prompt_tokens), String(s.completion_tokens), number(cost(s), 4)]);
  byId("spent").replaceChildren(table([["what for"], ["calls", "number"], ["prompt tokens", "number"], ["completion tokens", "number"], ["USD", "number"]], rows));
}

function drawCalibration(run) {
  const seen = run.trace.filter((d) => d.pm !== null && d.psd !== null && d.k > 0);
  byId("gp").parentElement.hidden = seen.length === 0;
  if (seen.length === 0) return;
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

