// An answer's table as chart and on the map. What can be drawn is told from the columns; nothing is fetched but the map itself.
import { chart } from "./answerchart.js";

const NUMBERS = new Set(["integer", "decimal", "number"]);
const LON = /^(lon|lng|longitude|x|.*_lon|.*_lng|.*_longitude|经度.*)$/i;
const LAT = /^(lat|latitude|y|.*_lat|.*_latitude|纬度.*)$/i;

export function answerOf(table) {
  const heads = [...table.tHead.rows[0].cells];
  const columns = heads.map((cell, at) => ({
    at, name: cell.dataset.name, title: cell.dataset.title || cell.dataset.name, type: cell.dataset.type,
    number: NUMBERS.has(cell.dataset.type),
  }));
  const rows = (table.exported?.() ?? [...table.tBodies[0].rows]).map((row) => columns.map((column) => {
    const cell = row.cells[column.at];
    const text = (cell.dataset.value ?? cell.textContent).trim();
    if (text === "") return null;
    return column.number ? Number(text) : text;
  }));
  return { columns, rows };
}

// A column of codes of divisions: six, nine or twelve digits, nearly all within the region.
function areaColumn({ columns, rows }, region) {
  return columns.find((column) => {
    if (column.number) return false;
    const values = rows.map((row) => row[column.at]).filter((value) => value !== null);
    const fitting = values.filter((value) => /^\d{6}(\d{3}|\d{6})?$/.test(value) && value.startsWith(region));
    return values.length > 0 && fitting.length >= values.length * 0.8;
  });
}

function pointColumns({ columns }) {
  const find = (pattern) => columns.find((column) => column.number && (pattern.test(column.name) || pattern.test(column.title)));
  const lon = find(LON), lat = find(LAT);
  return lon && lat ? { lon, lat } : null;
}

const loaded = new Map();
function script(url) {
  if (!loaded.has(url)) loaded.set(url, new Promise((done, fail) => {
    const tag = document.createElement("script");
    tag.src = url;
    tag.addEventListener("load", done);
    tag.addEventListener("error", fail);
    document.head.append(tag);
  }));
  return loaded.get(url);
}
function style(url) {
  if (document.querySelector(`link[href="${url}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = url;
  document.head.append(link);
}

export function pictures(root) {
  const bar = root.querySelector("[data-pictures]");
  const table = root.querySelector("#answer");
  if (!bar || !table || bar.dataset.ready) return;
  bar.dataset.ready = "1";
  const answer = answerOf(table);
  const panels = { chart: document.getElementById("answer-chart-panel"), map: document.getElementById("answer-map-panel") };
  const area = areaColumn(answer, panels.map.dataset.region || "-");
  const points = pointColumns(answer);
  const can = { chart: answer.rows.length > 1, map: Boolean(area || points) };
  const drawn = {};

  async function open(name, shown) {
    const button = bar.querySelector(`[data-picture=${name}]`);
    button.setAttribute("aria-expanded", String(shown));
    button.classList.toggle("btn-primary", shown);
    panels[name].hidden = !shown;
    if (!shown || drawn[name]) return;
    drawn[name] = true;
    if (name === "chart") {
      await script(bar.dataset.chartJs);
      chart(panels.chart, answer);
    } else {
      style(bar.dataset.mapCss);
      await script(bar.dataset.mapJs);
      const element = panels.map.querySelector("[data-answer-map]");
      element.dispatchEvent(new CustomEvent("bj:answer-map", { bubbles: true, detail: { answer, area, points, panel: panels.map } }));
    }
  }

  for (const name of ["chart", "map"]) {
    const button = bar.querySelector(`[data-picture=${name}]`);
    button.hidden = !can[name];
    button.addEventListener("click", () => open(name, panels[name].hidden));
  }
  bar.hidden = !can.chart && !can.map;
  // Totals are asked for to be compared: they open as a chart. So does SQL whose rows look like totals.
  const first = answer.columns.find((column) => !column.number);
  const values = answer.columns.filter((column) => column.number);
  const once = first && new Set(answer.rows.map((row) => row[first.at])).size === answer.rows.length;
  if (can.chart && !points && values.length > 0 && (bar.dataset.totals || (once && answer.columns.length <= 3))) open("chart", true);
}
