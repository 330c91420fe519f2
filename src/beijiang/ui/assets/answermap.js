// An answer on the map: areas coloured by how many rows or how much, or points where rows have coordinates (WGS 84).
import { config, LngLatBounds, Map as Chart, NavigationControl, ScaleControl } from "maplibre-gl";
import { palette, style } from "./mapstyle.js";

const dark = () => document.documentElement.dataset.bsTheme === "dark";
const RAMP = { light: ["#dbeafe", "#a9cdf5", "#6ea8e6", "#3a7fc8", "#1b559b"], dark: ["#23405f", "#2f6090", "#3f84c0", "#6fb0e6", "#b4dcff"] };
const NUMBER = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });

async function load(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

function bounds(features) {
  const box = new LngLatBounds();
  const walk = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(walk));
  features.forEach((feature) => walk(feature.geometry.coordinates));
  return box;
}

// Sums by the smallest division that the map has: the county of a township's code, the league of a code that names one.
function sums(answer, area, measure, known) {
  const found = new Map();
  let unknown = 0;
  for (const row of answer.rows) {
    const code = row[area.at]?.slice(0, 6);
    if (!code || !known.has(code)) { unknown += 1; continue; }
    found.set(code, (found.get(code) ?? 0) + (measure ? row[measure.at] ?? 0 : 1));
  }
  return { found, unknown };
}

// Classes of about equally many areas, so that one great city does not make all others look alike.
function classes(values) {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const count = Math.min(5, sorted.length);
  const edges = Array.from({ length: count }, (_, n) => sorted[Math.floor((n * sorted.length) / count)]);
  return edges.map((from, n) => ({ from, to: n + 1 < count ? sorted[sorted.indexOf(edges[n + 1]) - 1] : sorted[sorted.length - 1] }));
}

function legend(panel, made, colours, words) {
  const list = panel.querySelector("[data-map-legend]");
  list.replaceChildren(...made.map(({ from, to, count }, n) => {
    const item = document.createElement("li");
    const swatch = document.createElement("i");
    swatch.className = "fill";
    swatch.style.background = colours[n];
    const range = from === to ? NUMBER.format(from) : `${NUMBER.format(from)}–${NUMBER.format(to)}`;
    item.append(swatch, `${range} · ${count === 1 ? words.one : words.areas.replace("{n}", count)}`);
    return item;
  }));
}

function spread(count, colours) {
  return count === 1 ? [colours[3]] : Array.from({ length: count }, (_, n) => colours[Math.round((n * (colours.length - 1)) / (count - 1))]);
}

async function draw(element, { answer, area, points, panel }) {
  const words = panel.dataset;
  config.WORKER_URL = element.dataset.worker;
  const names = ["region", "city", "county", "roads", "places"];
  const data = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await load(`${element.dataset.base}${name}.json`)])));
  const language = element.dataset.lang === "en" ? "en" : "zh";
  const text = [data.city, data.county, data.places].flatMap((all) => all.features.map((f) => f.properties.zh + f.properties.en)).join("");
  await document.fonts.load('500 16px "Noto Sans SC Variable"', [...new Set(text)].join(""));
  const known = new Map([...data.city.features, ...data.county.features].map((f) => [f.properties.code, f]));
  const measures = [null, ...answer.columns.filter((column) => column.number && column !== points?.lon && column !== points?.lat)];
  const select = panel.querySelector("[data-map-y]");
  select.replaceChildren(...measures.map((column, n) => Object.assign(document.createElement("option"), { value: n, textContent: column ? words.sumLabel.replace("{c}", column.title) : words.rowsLabel })));
  const codes = area ? new Set(answer.rows.map((row) => row[area.at]?.slice(0, 6))) : new Set();
  const once = area && codes.size === answer.rows.length;
  select.value = once && measures.length > 1 ? String(measures.length - 1) : "0";
  select.hidden = !area || measures.length < 2;
  const whole = bounds(data.region.features);

  let spots = [];
  function look() {
    const c = palette(dark());
    const base = style(data, c, { language, own: "", city: "" });
    base.layers = base.layers.filter((layer) => !["own-line", "own-ring", "roads", "dots", "settlement-text"].includes(layer.id));
    const fill = base.layers.find((layer) => layer.id === "county-fill");
    fill.paint["fill-color"] = c.land;
    const list = panel.querySelector("[data-map-list]");
    if (area) {
      const { found, unknown } = sums(answer, area, measures[Number(select.value)], known);
      const made = classes([...found.values()]);
      const colours = spread(made.length, RAMP[dark() ? "dark" : "light"]);
      const colour = (value) => colours[made.findIndex(({ to }) => value <= to)] ?? colours[colours.length - 1];
      made.forEach((one) => { one.count = [...found.values()].filter((value) => value >= one.from && value <= one.to).length; });
      const cities = [...found.keys()].filter((code) => code.endsWith("00"));
      const counties = [...found.keys()].filter((code) => !code.endsWith("00"));
      const match = (input, all, otherwise) => (all.length ? ["match", input, ...all.flatMap((code) => [code, colour(found.get(code))]), otherwise] : otherwise);
      const byCity = match(["concat", ["slice", ["get", "code"], 0, 4], "00"], cities, c.land);
      fill.paint["fill-color"] = match(["get", "code"], counties, byCity);
      legend(panel, made, colours, words);
      if (unknown) panel.querySelector("[data-map-legend]").append(Object.assign(document.createElement("li"), { textContent: words.unknown.replace("{n}", unknown) }));
      list.replaceChildren(...[...found.entries()].sort((a, b) => b[1] - a[1]).map(([code, value]) => Object.assign(document.createElement("li"), { className: "col-6 col-md-4 col-lg-3", textContent: `${known.get(code).properties[language]} ${NUMBER.format(value)}` })));
      element.told = (code) => found.get(code) ?? found.get(`${code.slice(0, 4)}00`);
    } else {
      const features = answer.rows.filter((row) => Math.abs(row[points.lon.at] ?? 999) <= 180 && Math.abs(row[points.lat.at] ?? 999) <= 90)
        .map((row) => ({ type: "Feature", geometry: { type: "Point", coordinates: [row[points.lon.at], row[points.lat.at]] },
          properties: { text: answer.columns.filter((column) => !column.number).slice(0, 2).map((column) => row[column.at]).filter(Boolean).join(" · ") } }));
      base.sources.answer = { type: "geojson", data: { type: "FeatureCollection", features } };
      base.layers.push({ id: "answer-points", type: "circle", source: "answer", paint: { "circle-radius": 5, "circle-color": dark() ? "#ffb454" : "#b4541a", "circle-opacity": .8, "circle-stroke-color": c.halo, "circle-stroke-width": 1 } });
      const item = document.createElement("li");
      const dot = Object.assign(document.createElement("i"), { className: "dot" });
      dot.style.background = dark() ? "#ffb454" : "#b4541a";
      spots = features;
      item.append(dot, words.points.replace("{n}", features.length));
      panel.querySelector("[data-map-legend]").replaceChildren(item);
      list.closest("details").hidden = true;
    }
    return base;
  }

  const map = new Chart({
    container: element, style: look(), bounds: whole, fitBoundsOptions: { padding: 24 }, attributionControl: false, dragRotate: false, pitchWithRotate: false,
    touchPitch: false, maxZoom: 14, minZoom: 3, canvasContextAttributes: { antialias: true, preserveDrawingBuffer: true }, localIdeographFontFamily: '"Noto Sans SC Variable", sans-serif',
    maxBounds: [[whole.getWest() - 12, whole.getSouth() - 8], [whole.getEast() + 12, whole.getNorth() + 8]],
  });
  map.getCanvas().setAttribute("aria-label", element.dataset.label);
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-right");
  map.touchZoomRotate.disableRotation();
  const shown = [...codes].filter((code) => known.has(code)).map((code) => known.get(code));
  if (spots.length) map.fitBounds(bounds(spots), { padding: 64, maxZoom: 10, animate: false });
  if (shown.length) map.fitBounds(bounds(shown), { padding: 48, maxZoom: 8, animate: false });
  const name = element.querySelector("[data-map-name]");
  map.on("mousemove", (event) => {
    const layers = ["answer-points", "county-fill"].filter((id) => map.getLayer(id));
    const at = map.queryRenderedFeatures(event.point, { layers })[0];
    if (!at) { name.textContent = ""; return; }
    const value = at.properties.code && element.told?.(at.properties.code);
    name.textContent = at.layer.id === "answer-points" ? at.properties.text : `${at.properties[language]} · ${value === undefined ? words.noRows : NUMBER.format(value)}`;
  });
  const repaint = () => map.setStyle(look());
  select.addEventListener("change", repaint);
  addEventListener("bj:theme", () => setTimeout(repaint, 0));
  map.on("idle", () => { element.dataset.state = "full"; });
  await Promise.race([map.once("idle"), new Promise((_, fail) => setTimeout(() => fail(new Error("the map did not come to rest")), 30000))]);
  element.querySelector("[data-map-loading]")?.remove();
}

document.addEventListener("bj:answer-map", (event) => {
  const element = event.target;
  draw(element, event.detail).catch((error) => {
    console.error(error);
    element.dataset.state = "error";
    element.querySelector("[data-map-loading]")?.remove();
    element.querySelector("[data-map-fault]").hidden = false;
  });
});
