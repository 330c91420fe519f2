// The shell's behaviour. Every part enhances a page that works without it.
import htmx from "htmx.org";
import "@tabler/core/dist/js/tabler.esm.js";
import { tables } from "./table.js";
import { keyboard } from "./keyboard.js";
import { clocks } from "./clock.js";

window.htmx = htmx;

function announce(text) {
  const at = document.getElementById("announce");
  if (at) at.textContent = text;
}

function themes() {
  const show = () => document.querySelectorAll("[data-theme-set]").forEach((button) =>
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === document.documentElement.dataset.bjTheme)));
  show();
  addEventListener("bj:theme", show);
}

function confirmDialog(text) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("#confirm-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

document.addEventListener("click", async (event) => {
  const theme = event.target.closest("[data-theme-set]");
  if (theme) dispatchEvent(new CustomEvent("bj:theme", { detail: theme.dataset.themeSet }));

  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    copy.classList.add("text-green");
    announce(document.getElementById("announce")?.dataset.copied || "");
    setTimeout(() => copy.classList.remove("text-green"), 1500);
  }
  if (event.target.closest("[data-back]")) history.back();
  if (event.target.closest("[data-help]")) document.getElementById("help")?.showModal();
});

// `data-confirm="text"` on a form or a submit button asks first.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const asking = event.submitter?.dataset.confirm || form.dataset.confirm;
  if (!asking || form.dataset.confirmed) return;
  event.preventDefault();
  const submitter = event.submitter;
  if (await confirmDialog(asking)) {
    form.dataset.confirmed = "1";
    form.requestSubmit(submitter || undefined);
    delete form.dataset.confirmed;
  }
});

// A form that is on its way is not sent twice, and says that it is working.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  const button = event.submitter;
  // A download leaves the page where it is: its button (`data-download`) stays usable.
  if (!button || "download" in button.dataset || event.target.target) return;
  setTimeout(() => { button.setAttribute("aria-disabled", "true"); button.classList.add("btn-loading"); }, 0);
  addEventListener("pageshow", () => { button.removeAttribute("aria-disabled"); button.classList.remove("btn-loading"); }, { once: true });
});
document.addEventListener("click", (event) => {
  if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
}, true);

function enhance(root) {
  tables(root);
  clocks(root);
  root.querySelectorAll("[data-focus]").forEach((element) => element.focus());
}

themes();
keyboard();
enhance(document);
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) enhance(event.target); });
