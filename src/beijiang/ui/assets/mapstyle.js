// The map's look, as a style document made here: the same data in light and dark.
export const palette = (dark) => dark ? {
  ground: "#0b1220", land: "#1d2939", hover: "#33506e", own: "#4fc78d", ownland: "#234c42", city: "#2b4058", county: "#51667f", league: "#8fa9c6",
  border: "#c9d8e8", road: "#c98a35", dot: "#dfe8f3", text: "#e6edf5", faint: "#b3c2d3", halo: "#16202b",
} : {
  ground: "#e8edf3", land: "#fafcfe", hover: "#c6def6", own: "#1d8a55", ownland: "#c4e8d4", city: "#dcebfa", county: "#8aa0b8", league: "#54708f",
  border: "#24405e", road: "#c98a35", dot: "#31465e", text: "#16283c", faint: "#41566e", halo: "#ffffff",
};

const collection = (features) => ({ type: "geojson", promoteId: "code", data: { type: "FeatureCollection", features } });

export function style(data, c, { language, own, city }) {
  const label = (size, color, anchors = ["center", "top", "bottom", "left", "right"]) => ({
    layout: {
      "text-field": ["get", language], "text-font": ["Noto Sans SC Variable"], "text-size": size,
      "text-max-width": 8, "text-padding": 3, "text-variable-anchor": anchors, "text-radial-offset": .6,
      // The viewer's own places are named first, then the most populous.
      "symbol-sort-key": ["case", ["in", ["get", "code"], ["literal", [own, `${city.slice(0, 4)}00`]]], -1e9, ["-", 0, ["coalesce", ["get", "population"], 0]]],
    },
    paint: { "text-color": color, "text-halo-color": c.halo, "text-halo-width": 1.6 },
  });
  const kind = (name) => ["==", ["get", "kind"], name];
  return {
    version: 8,
    sources: {
      region: collection(data.region.features), city: collection(data.city.features), county: collection(data.county.features),
      roads: collection(data.roads.features), places: collection(data.places.features),
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": c.ground } },
      { id: "county-fill", type: "fill", source: "county", paint: { "fill-color": ["case",
        ["==", ["get", "code"], own], c.ownland, ["boolean", ["feature-state", "hover"], false], c.hover,
        ["==", ["slice", ["get", "code"], 0, 4], city.slice(0, 4)], c.city, c.land] } },
      { id: "county-line", type: "line", source: "county", paint: { "line-color": c.county, "line-width": ["interpolate", ["linear"], ["zoom"], 4, .4, 9, 1.2] } },
      { id: "roads", type: "line", source: "roads", layout: { "line-join": "round", "line-cap": "round" },
        paint: { "line-color": c.road, "line-opacity": .75, "line-width": ["interpolate", ["linear"], ["zoom"], 4, .8, 9, 2.4] } },
      { id: "city-line", type: "line", source: "city", paint: { "line-color": c.league, "line-width": ["interpolate", ["linear"], ["zoom"], 4, 1.1, 9, 2.6] } },
      { id: "region-line", type: "line", source: "region", paint: { "line-color": c.border, "line-width": 2 } },
      { id: "own-line", type: "line", source: "county", filter: ["==", ["get", "code"], own], paint: { "line-color": c.own, "line-width": 3 } },
      { id: "dots", type: "circle", source: "places", filter: ["all", kind("settlement"), [">=", ["get", "population"], ["step", ["zoom"], 250000, 5.5, 20000, 7, 0]]], paint: { "circle-color": c.dot, "circle-stroke-color": c.halo, "circle-stroke-width": 1,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, ["case", [">", ["get", "population"], 300000], 2.6, 1], 9, ["case", [">", ["get", "population"], 100000], 5, 3]] } },
      { id: "own-ring", type: "circle", source: "places", maxzoom: 7.5, filter: ["==", ["get", "code"], own],
        paint: { "circle-radius": 6, "circle-color": c.own, "circle-stroke-color": c.text, "circle-stroke-width": 2 } },
      { id: "settlement-text", type: "symbol", source: "places", minzoom: 7.5, filter: kind("settlement"), ...label(12, c.faint, ["top", "bottom", "left", "right"]) },
      { id: "county-text", type: "symbol", source: "places", minzoom: 5, maxzoom: 9, filter: kind("county"), ...label(12, c.faint) },
      { id: "city-text", type: "symbol", source: "places", maxzoom: 8, filter: kind("city"), ...label(["interpolate", ["linear"], ["zoom"], 3, 11, 7, 16], c.text, ["top", "bottom", "left", "right"]) },
    ],
  };
}
