// The texts of one's SQL, in this browser alone, by the number of the question: the system does not keep them, as they may
// hold names and numbers. 50 at most, 30 days, switched off by who sits at a shared machine.
const MOST = 50;
const DAYS = 30;

const name = (user) => `bj:sql:${user}`;

function read(user) {
  try {
    const found = JSON.parse(localStorage.getItem(name(user)) || "{}");
    const since = Date.now() - DAYS * 86400000;
    return { off: Boolean(found.off), items: (found.items || []).filter((item) => item.at > since) };
  } catch {
    return { off: false, items: [] };
  }
}

function write(user, state) {
  try {
    localStorage.setItem(name(user), JSON.stringify(state));
  } catch { /* a browser that keeps nothing, or is full: asking works all the same */ }
}

function paint(box, user, area) {
  const state = read(user);
  const list = box.querySelector("[data-memory-list]");
  box.querySelector("[data-memory-on]").checked = !state.off;
  box.querySelector("[data-memory-clear]").disabled = state.items.length === 0;
  list.replaceChildren(...state.items.slice(0, 8).map((item) => {
    const line = document.createElement("li");
    line.className = "list-group-item d-flex gap-2 align-items-center";
    const text = document.createElement("code");
    text.className = "flex-fill text-truncate";
    text.textContent = item.sql.replace(/\s+/g, " ").slice(0, 200);
    const open = document.createElement("button");
    open.type = "button";
    open.className = "btn btn-sm";
    open.textContent = list.dataset.open;
    open.setAttribute("aria-label", `${list.dataset.open} ${text.textContent.slice(0, 60)}`);
    open.addEventListener("click", () => put(area, item.sql));
    line.append(text, open);
    return line;
  }));
}

function put(area, sql) {
  area.value = sql;
  area.dispatchEvent(new CustomEvent("bj:sql", { bubbles: true }));
}

export const memory = {
  keep(form, id) {
    const user = form.dataset.user;
    const sql = form.elements.sql?.value;
    if (!user || !sql?.trim()) return;
    const state = read(user);
    if (state.off) return;
    const items = [{ id, sql, at: Date.now() }, ...state.items.filter((item) => item.sql !== sql || item.id === id)];
    write(user, { ...state, items: items.slice(0, MOST) });
  },
  show(root) {
    const form = root.querySelector("form[data-ask][data-user]");
    const box = root.querySelector("[data-memory]");
    if (!form || !box || box.dataset.ready) return;
    box.dataset.ready = "1";
    const user = form.dataset.user;
    const area = form.elements.sql;
    const before = read(user).items.find((item) => item.id === form.dataset.before);
    if (before) put(area, before.sql);
    box.querySelector("[data-memory-on]").addEventListener("change", (event) => {
      // Switched off, what was kept goes too.
      write(user, event.target.checked ? { ...read(user), off: false } : { off: true, items: [] });
      paint(box, user, area);
    });
    box.querySelector("[data-memory-clear]").addEventListener("click", () => {
      write(user, { ...read(user), items: [] });
      paint(box, user, area);
    });
    box.hidden = false;
    paint(box, user, area);
  },
};
