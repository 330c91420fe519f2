// Charts: <div class="bj-chart" data-chart="ID of a json_script element">; the option object is ECharts' own.
import * as echarts from "echarts/core";
import { BarChart, GraphChart, LineChart, PieChart, SankeyChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, GraphChart, LineChart, PieChart, SankeyChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

function draw(element) {
  const option = JSON.parse(document.getElementById(element.dataset.chart).textContent) || {};
  const dark = document.documentElement.dataset.bsTheme === "dark";
  echarts.getInstanceByDom(element)?.dispose();
  const chart = echarts.init(element, dark ? "dark" : null);
  chart.setOption({
    backgroundColor: "transparent", aria: { enabled: true, decal: { show: true } },
    textStyle: { fontFamily: "Noto Sans SC Variable, sans-serif" }, ...option,
    tooltip: { renderMode: "richText", ...option.tooltip },
  });
  new ResizeObserver(() => chart.resize()).observe(element);
}

const all = () => document.querySelectorAll("[data-chart]:not([data-wait])").forEach(draw);
all();
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) event.target.querySelectorAll?.("[data-chart]:not([data-wait])").forEach(draw); });
// A page that chooses what to draw writes the option and says so.
document.addEventListener("bj:chart", (event) => { delete event.target.dataset.wait; draw(event.target); });
addEventListener("bj:theme", () => setTimeout(all, 0));
