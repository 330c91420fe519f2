// Asking: the question is sent without leaving the page, can be followed and stopped, and its answer shown as chart and map.
// Without this file the same forms are sent as they are and the page waits.
import { memory } from "./sqlmemory.js";
import { pictures } from "./pictures.js";

const NOUGHT = "00000000-0000-0000-0000-000000000000";
const POLL_AFTER = 600;

// crypto.randomUUID exists on secure pages only; the product may also be read over plain http on an internal network.
function newId() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = [...b].map((n) => n.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const json = { headers: { Accept: "application/json" }, credentials: "same-origin" };

class Progress {
  constructor(form, id) {
    this.box = document.querySelector("[data-progress]");
    this.id = id;
    this.began = performance.now();
    this.stopping = false;
    this.token = form.elements.csrfmiddlewaretoken.value;
    this.stop = this.stop.bind(this);
    this.box.hidden = false;
    this.part("stop").disabled = false;
    this.part("stop").addEventListener("click", this.stop);
    this.say("sent");
    this.bar(null);
    this.tick();
    this.clock = setInterval(() => this.tick(), 250);
    this.asking = setTimeout(() => this.ask(), POLL_AFTER);
    this.box.scrollIntoView({ block: "nearest" });
  }
  part(name) { return this.box.querySelector(`[data-progress-${name}]`); }
  say(state) { const at = this.part("state"); if (at.textContent !== at.dataset[state]) at.textContent = at.dataset[state]; }
  tick() {
    const seconds = Math.floor((performance.now() - this.began) / 1000);
    this.part("time").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
  bar(share) {
    const bar = this.part("bar");
    const known = share !== null && share !== undefined;
    bar.classList.toggle("progress-bar-indeterminate", !known);
    bar.style.width = known ? `${Math.round(share * 100)}%` : "";
    const role = bar.parentElement;
    if (known) role.setAttribute("aria-valuenow", Math.round(share * 100)); else role.removeAttribute("aria-valuenow");
    this.part("share").textContent = known ? `${Math.round(share * 100)} %` : "";
  }
  async ask() {
    try {
      const answer = await fetch(this.box.dataset.url.replace(NOUGHT, this.id), json);
      if (answer.ok) {
        const told = await answer.json();
        if (!this.over) { this.bar(told.share); if (!this.stopping) this.say(told.waiting ? "waiting" : "running"); }
      }
    } catch { /* the answer itself will say what is wrong */ }
    if (!this.over) this.asking = setTimeout(() => this.ask(), 1000);
  }
  async stop() {
    this.stopping = true;
    this.say("stopping");
    this.part("stop").disabled = true;
    try {
      const answer = await fetch(this.box.dataset.stopUrl.replace(NOUGHT, this.id), { ...json, method: "POST", headers: { ...json.headers, "X-CSRFToken": this.token } });
      if (!answer.ok) throw new Error(String(answer.status));
    } catch {
      this.stopping = false;
      this.part("stop").disabled = false;
    }
  }
  end() {
    this.over = true;
    clearInterval(this.clock);
    clearTimeout(this.asking);
    this.part("stop").removeEventListener("click", this.stop);
  }
  lost() {
    this.end();
    this.say("lost");
    this.part("stop").disabled = true;
    const note = this.part("note");
    note.firstChild.textContent = `${note.dataset.lost} `;
  }
}

function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("#content");
  if (!fresh) throw new Error("no page");
  document.title = page.title;
  const now = document.importNode(fresh, true);
  document.querySelector("#content").replaceWith(now);
  window.htmx.process(now);
  window.htmx.trigger(now, "htmx:load");
  scrollTo(0, 0);
  if (!now.querySelector("[data-focus]")) now.focus();
}

async function run(form) {
  const id = newId();
  form.elements.id.value = id;
  form.dataset.running = "1";
  memory.keep(form, id);
  const body = new URLSearchParams(new FormData(form));
  body.set("action", "ask");
  const buttons = [...form.querySelectorAll("button[name=action]")];
  buttons.forEach((button) => { button.disabled = true; });
  const progress = new Progress(form, id);
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "text/html" }, credentials: "same-origin" });
    const html = await answer.text();
    if (answer.redirected) { location.href = answer.url; return; }
    progress.end();
    show(html);
  } catch {
    progress.lost();
  } finally {
    delete form.dataset.running;
    buttons.forEach((button) => { button.disabled = false; });
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-ask]");
  if (!form) return;
  const action = event.submitter?.value ?? "ask";
  if (form.dataset.running) { event.preventDefault(); return; }
  if (action !== "ask") return;
  event.preventDefault();
  run(form);
}, true);

function enhance(root) {
  memory.show(root);
  pictures(root);
}
enhance(document);
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) enhance(event.target); });
