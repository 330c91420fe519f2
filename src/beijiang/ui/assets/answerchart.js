// Which chart an answer makes: columns to choose, sums per value, at most so many bars. ECharts draws it (chart.js).
const MOST = 30;
const SERIES = 8;

const option = (value, text) => Object.assign(document.createElement("option"), { value, textContent: text });

function grouped(answer, x, y, s, words) {
  const key = (row, column) => (row[column.at] === null ? words.none : String(row[column.at]));
  const names = new Map();
  const series = new Map();
  for (const row of answer.rows) {
    const at = key(row, x);
    const of = s ? key(row, s) : "";
    const value = y ? row[y.at] ?? 0 : 1;
    names.set(at, (names.get(at) ?? 0) + value);
    if (!series.has(of)) series.set(of, new Map());
    series.get(of).set(at, (series.get(of).get(at) ?? 0) + value);
  }
  return { names, series };
}

// The largest first and the rest together; times and numbers keep their own order.
function ordered(names, ordinal, other) {
  if (ordinal) return { kept: [...names.keys()].sort((a, b) => a.localeCompare(b, undefined, { numeric: true })), rest: [] };
  const all = [...names.keys()].sort((a, b) => names.get(b) - names.get(a));
  return all.length <= MOST ? { kept: all, rest: [] } : { kept: [...all.slice(0, MOST - 1), other], rest: all.slice(MOST - 1) };
}

function build(answer, { x, y, s, kind }, words) {
  const { names, series } = grouped(answer, x, y, s, words);
  const ordinal = ["date", "timestamp"].includes(x.type) || x.number;
  const { kept, rest } = ordered(names, ordinal, words.other);
  const big = [...series.entries()].sort((a, b) => sum(b[1]) - sum(a[1]));
  const shown = big.slice(0, s ? SERIES : 1);
  const left = big.slice(shown.length);
  if (left.length) shown.push([words.other, left.reduce((all, [, part]) => { part.forEach((v, k) => all.set(k, (all.get(k) ?? 0) + v)); return all; }, new Map())]);
  const value = (part, at) => round(at === words.other && rest.length ? rest.reduce((n, name) => n + (part.get(name) ?? 0), 0) : part.get(at) ?? 0);
  const label = labelled(answer, x, y, words);
  if (kind === "pie") {
    const all = new Map(names);
    return { tooltip: { trigger: "item" }, legend: { type: "scroll", bottom: 0 },
      series: [{ type: "pie", name: label, radius: ["35%", "68%"], data: kept.map((at) => ({ name: at, value: value(all, at) })) }] };
  }
  return {
    tooltip: { trigger: "axis" }, legend: shown.length > 1 ? { type: "scroll", top: 0 } : undefined,
    grid: { left: 12, right: 16, top: shown.length > 1 ? 36 : 28, bottom: 8, containLabel: true },
    xAxis: { type: "category", name: "", data: kept, axisLabel: { interval: "auto", rotate: kept.some((k) => k.length > 6) && kept.length > 6 ? 40 : 0, width: 110, overflow: "truncate" } },
    yAxis: { type: "value", name: label, nameTextStyle: { align: "left" } },
    series: shown.map(([name, part]) => ({ type: kind, name: name || label, stack: kind === "bar" && shown.length > 1 ? "all" : undefined, smooth: false, data: kept.map((at) => value(part, at)) })),
  };
}

// A total is spoken of only where several rows come together.
const labelled = (answer, x, y, words) => (!y ? words.rows : new Set(answer.rows.map((row) => row[x.at])).size === answer.rows.length ? y.title : words.sum.replace("{c}", y.title));
const sum = (part) => [...part.values()].reduce((a, b) => a + b, 0);
const round = (n) => Math.round(n * 1e6) / 1e6;

export function chart(panel, answer) {
  const words = { rows: panel.dataset.rowsLabel, sum: panel.dataset.sumLabel, other: panel.dataset.other, none: panel.dataset.none };
  const at = (name) => panel.querySelector(`[data-chart-${name}]`);
  const [x, y, s, kind] = ["x", "y", "s", "kind"].map(at);
  const values = answer.columns.filter((column) => column.number);
  const names = answer.columns.filter((column) => !column.number);
  const few = (column) => new Set(answer.rows.map((row) => row[column.at])).size <= 60;
  x.replaceChildren(...[...names, ...values].map((column) => option(column.at, column.title)));
  y.replaceChildren(...values.map((column) => option(column.at, column.title)), option("", words.rows));
  s.replaceChildren(option("", panel.dataset.nobody), ...names.filter(few).map((column) => option(column.at, column.title)));
  // The first column with few different values stands along; of a table of totals that is what it was grouped by.
  const best = names.find((column) => few(column) && new Set(answer.rows.map((row) => row[column.at])).size > 1) ?? names[0] ?? values[0];
  x.value = String(best.at);
  const unique = new Set(answer.rows.map((row) => row[best.at])).size === answer.rows.length;
  y.value = unique && values.length ? String(values[values.length - 1].at) : "";
  kind.value = ["date", "timestamp"].includes(best.type) ? "line" : "bar";
  const element = panel.querySelector("[data-chart]");
  const draw = () => {
    const of = (select) => (select.value === "" ? null : answer.columns[Number(select.value)]);
    const made = build(answer, { x: of(x), y: of(y), s: kind.value === "pie" ? null : of(s), kind: kind.value }, words);
    s.disabled = kind.value === "pie";
    document.getElementById(element.dataset.chart).textContent = JSON.stringify(made);
    const named = `${of(x).title} · ${labelled(answer, of(x), of(y), words)}`;
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", named);
    panel.querySelector("[data-chart-said]").textContent = named;
    element.dispatchEvent(new CustomEvent("bj:chart", { bubbles: true }));
  };
  [x, y, s, kind].forEach((select) => select.addEventListener("change", draw));
  draw();
}
