// Runs before the page is painted: the chosen colours, or the system's, without a flash.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
let chosen = "auto";
try { chosen = localStorage.getItem("bj-theme") || "auto"; } catch { /* storage may be forbidden: follow the system */ }
const apply = () => {
  root.dataset.bsTheme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
  root.dataset.bjTheme = chosen;
};
apply();
dark.addEventListener("change", apply);
addEventListener("bj:theme", (event) => {
  chosen = event.detail;
  try { localStorage.setItem("bj-theme", chosen); } catch { /* as above */ }
  apply();
});
