// The region as a map, from the product's own packaged boundaries: no tiles, no glyph server, no outside address.
import { config, LngLatBounds, Map, NavigationControl, ScaleControl } from "maplibre-gl";
import { palette, style } from "./mapstyle.js";
import "./answermap.js";

const dark = () => document.documentElement.dataset.bsTheme === "dark";

function bounds(geometry) {
  const box = new LngLatBounds();
  const walk = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(walk));
  walk(geometry.coordinates);
  return box;
}

async function load(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

// The labels are drawn from the bundled font: load the pieces that the names need before the map draws them.
async function fonts(data) {
  const text = [data.city, data.county, data.places].flatMap((all) => all.features.map((f) => f.properties.zh + f.properties.en)).join("");
  await document.fonts.load('500 16px "Noto Sans SC Variable"', [...new Set(text)].join(""));
}

async function draw(element) {
  const at = element.dataset;
  config.WORKER_URL = at.worker;
  const names = ["region", "city", "county", "roads", "places"];
  const data = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await load(`${at.base}${name}.json`)])));
  await fonts(data);
  const language = at.lang === "en" ? "en" : "zh";
  const whole = bounds({ coordinates: data.region.features.map((f) => f.geometry.coordinates) });
  const areas = new globalThis.Map([...data.city.features, ...data.county.features].map((f) => [f.properties.code, f]));
  const build = () => style(data, palette(dark()), { language, own: at.own || "", city: at.city || "" });
  const map = new Map({
    container: element, style: build(), bounds: whole, fitBoundsOptions: { padding: 24 }, attributionControl: false,
    dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 12, minZoom: 3, cooperativeGestures: false,
    maxBounds: [[whole.getWest() - 12, whole.getSouth() - 8], [whole.getEast() + 12, whole.getNorth() + 8]],
    canvasContextAttributes: { antialias: true, preserveDrawingBuffer: true },
    localIdeographFontFamily: '"Noto Sans SC Variable", sans-serif',
  });
  map.getCanvas().setAttribute("aria-label", at.label);
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-right");
  map.touchZoomRotate.disableRotation();

  const name = element.querySelector("[data-map-name]");
  let hovered = null;
  const hover = (code) => {
    if (hovered === code) return;
    if (hovered) map.setFeatureState({ source: "county", id: hovered }, { hover: false });
    hovered = code;
    if (code) map.setFeatureState({ source: "county", id: code }, { hover: true });
    const area = areas.get(code);
    const above = area && areas.get(`${code.slice(0, 4)}00`);
    name.textContent = area ? [above, area].filter(Boolean).map((f) => f.properties[language]).join(language === "zh" ? " · " : " – ") : "";
  };
  map.on("mousemove", "county-fill", (event) => hover(event.features[0].properties.code));
  map.on("mouseleave", "county-fill", () => hover(null));
  const show = (code) => {
    const area = areas.get(code);
    if (area) map.fitBounds(bounds(area.geometry), { padding: 40, maxZoom: 11, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
    else map.fitBounds(whole, { padding: 24 });
  };
  // The first click goes to the league, the next to the county.
  map.on("click", "county-fill", (event) => {
    const code = event.features[0].properties.code;
    show(map.getZoom() < 6 ? `${code.slice(0, 4)}00` : code);
  });
  map.on("mouseenter", "county-fill", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "county-fill", () => { map.getCanvas().style.cursor = ""; });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-map-show]");
    if (!button) return;
    show(button.dataset.mapShow);
    hover(areas.get(button.dataset.mapShow)?.properties.level === "county" ? button.dataset.mapShow : null);
    element.scrollIntoView({ block: "nearest" });
  });
  const repaint = () => map.setStyle(build());
  addEventListener("bj:theme", () => setTimeout(repaint, 0));
  map.on("idle", () => { element.dataset.state = "full"; });
  // Without its worker, or on a card that cannot draw, a map never comes to rest and says nothing.
  await Promise.race([map.once("idle"), new Promise((_, fail) => setTimeout(() => fail(new Error("the map did not come to rest")), 30000))]);
  element.querySelector("[data-map-loading]")?.remove();
}

document.querySelectorAll("[data-map]").forEach((element) => draw(element).catch((error) => {
  // The list of places below the map still serves; say that the picture is missing and why.
  console.error(error);
  element.dataset.state = "error";
  element.querySelector("[data-map-loading]")?.remove();
  const fault = element.querySelector("[data-map-fault]");
  if (fault) fault.hidden = false;
}));
