// Files in pieces: each piece with its digest, the server says from where; a page closed or a line lost loses nothing.
// Enhances <form data-upload>; without crypto.subtle (an address that is neither https nor this machine) the plain form stays.
const form = document.querySelector("form[data-upload]");
if (form && globalThis.crypto?.subtle && globalThis.fetch) start(form);

function start(form) {
  const words = JSON.parse(document.getElementById("upload-words").textContent);
  const list = document.querySelector("[data-upload-list]");
  const said = document.querySelector("[data-upload-said]");
  const zone = form.querySelector("[data-upload-zone]");
  const { api, draft, login } = form.dataset;
  const CHUNK = Number(form.dataset.chunk), LIMIT = Number(form.dataset.limit);
  const PARALLEL = 2, HEAD = 65536, MANY = 500, TRIES = 6;
  const IGNORED = /^(\.|Thumbs\.db$|desktop\.ini$|~\$)/;
  const items = new Map();
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const pause = (ms, item) => new Promise((resolve) => {
    setTimeout(resolve, ms);
    addEventListener("online", resolve, { once: true });
    item?.abort?.signal.addEventListener("abort", resolve, { once: true });
  });
  const size = (bytes) => {
    const units = ["B", "KiB", "MiB", "GiB"];
    const step = Math.min(3, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
    return `${(bytes / 2 ** (10 * step)).toLocaleString(document.documentElement.lang, { maximumFractionDigits: step ? 1 : 0 })} ${units[step]}`;
  };

  form.querySelectorAll("[data-upload-plain]").forEach((part) => { part.hidden = true; });
  form.querySelectorAll("[data-upload-scripted]").forEach((part) => { part.hidden = false; });
  // The label is the button: what a browser writes beside its own button is in the browser's language, not the page's.
  form.querySelectorAll(".bj-pick").forEach((pick) => {
    pick.querySelector("label").className = "btn";
    pick.querySelector("input").className = "visually-hidden";
  });

  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  // After a new sign-in the page's form token is another: it is read from the page as it would be now.
  async function renew() {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!answer.ok || new URL(answer.url).pathname.startsWith("/accounts/")) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.body.setAttribute("hx-headers", page.body.getAttribute("hx-headers"));
    return true;
  }

  async function digest(bytes) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  }
  const hex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

  class Stop extends Error {
    constructor(text, kind = "failed") { super(text); this.kind = kind; }
  }

  // One call; waits through lost lines and busy servers. Gives the answer, or throws Stop with words for the person.
  async function call(item, path, options = {}) {
    let tries = 0, renewed = false;
    for (;;) {
      item.abort = new AbortController();
      if (item.cancelled) throw new Stop("", "cancelled");
      let answer;
      try {
        answer = await fetch(api + path, {
          ...options, signal: item.abort.signal, redirect: "manual",
          headers: { Accept: "application/json", "X-CSRFToken": token(), ...options.headers },
        });
      } catch {
        if (item.cancelled) throw new Stop("", "cancelled");
        const wait = Math.min(30, 2 ** tries);
        tries += 1;
        show(item, fill(words.line, { n: wait }), "paused");
        await pause(wait * 1000, item);
        continue;
      }
      if (answer.ok) return answer.json();
      const problem = await answer.json().catch(() => ({}));
      if (answer.status === 401) throw new Stop(words.signed_out, "signed_out");
      if (problem.code === "kernel.csrf" && !renewed) {
        renewed = true;
        if (await renew().catch(() => false)) continue;
        throw new Stop(words.signed_out, "signed_out");
      }
      if (answer.status === 409 && Number.isInteger(problem.received)) return { ...problem, conflict: true };
      tries += 1;
      if ((answer.status === 429 || answer.status >= 500) && problem.code !== "stewardship.disk_full" && tries < TRIES) {
        const wait = Number(answer.headers.get("Retry-After")) || 2 ** tries;
        show(item, fill(words.line, { n: wait }), "paused");
        await pause(wait * 1000, item);
        continue;
      }
      if (problem.code === "stewardship.chunk_digest" && tries < 3) continue;
      const text = [problem.title, problem.detail].filter(Boolean).join(" ") || words.server;
      throw new Stop(text, answer.status >= 500 || answer.status === 429 ? "paused" : "failed");
    }
  }

  async function read(item, from, to) {
    try {
      return await item.file.slice(from, to).arrayBuffer();
    } catch {
      throw new Stop(words.changed);
    }
  }

  async function send(item) {
    const { file } = item;
    show(item, words.reading, "sending");
    const head = hex(await digest(await read(item, 0, HEAD)));
    let state = await call(item, "", {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name: item.path, size: file.size, modified: Math.max(0, file.lastModified), head_sha256: head }),
    });
    item.id = state.id;
    hide();
    if (state.received) show(item, fill(words.resumed, { done: size(state.received) }), "sending");
    let stuck = 0;
    do {
      while (state.received < file.size) {
        const from = state.received;
        const bytes = await read(item, from, Math.min(from + CHUNK, file.size));
        const sum = base64(await digest(bytes));
        state = await call(item, `/${item.id}/content?offset=${from}`, {
          method: "PUT", body: bytes, headers: { "Content-Type": "application/octet-stream", "Content-Digest": `sha-256=:${sum}:` },
        });
        if (state.conflict && state.state) break; // finished meanwhile by another page of the same person
        // Another page may send the same file: then this one goes on from where that one is.
        if (state.conflict && state.code !== "stewardship.wrong_offset" && (stuck += 1) > 3) throw new Stop(state.detail || words.failed);
        item.bar.value = state.received;
        show(item, fill(words.sending, { done: size(state.received), all: size(file.size) }), "sending");
      }
      show(item, words.finishing, "finishing");
      state = await call(item, `/${item.id}/finish`, { method: "POST" });
      if (state.conflict && (stuck += 1) > 3) throw new Stop(state.detail || words.failed);
    } while (state.conflict);
    refresh();
    return state;
  }

  // The door takes a whole file in the background; meanwhile the next files come.
  async function follow(item, state) {
    for (let wait = 300; ["sending"].includes(state.state); wait = Math.min(wait * 1.5, 4000)) {
      if (state.error) show(item, `${words.finishing} ${state.error[document.documentElement.lang === "en" ? "en" : "zh"]}`, "finishing");
      await pause(wait, item);
      state = await call(item, `/${item.id}`);
    }
    if (state.state === "waiting") throw new Stop(words.signed_out, "signed_out");
    if (state.state !== "sent") {
      const error = state.error?.[document.documentElement.lang === "en" ? "en" : "zh"];
      throw new Stop(error || words.failed);
    }
    item.bar.value = item.file.size;
    show(item, words.sent, "done");
    const link = document.createElement("a");
    link.className = "btn btn-sm btn-primary";
    link.href = `${draft}${state.draft_id}/`;
    link.textContent = words.open;
    link.append(named(item));
    item.buttons.prepend(link);
    refresh();
  }

  let running = 0;
  function next() {
    for (const item of items.values()) {
      if (running >= PARALLEL) return;
      if (item.state !== "waiting") continue;
      running += 1;
      item.active = true;
      item.state = "sending";
      const stopped = (stop) => {
        const known = stop instanceof Stop;
        if (known && stop.kind === "cancelled") return; // cancel() says how that went
        if (!known) console.error(stop);
        show(item, known ? stop.message : words.server, known ? stop.kind : "paused");
      };
      send(item).then((state) => { follow(item, state).catch(stopped); }, stopped).finally(() => { item.active = false; running -= 1; next(); });
    }
  }

  const named = (item) => {
    const hidden = document.createElement("span");
    hidden.className = "visually-hidden";
    hidden.textContent = ` ${item.path}`;
    return hidden;
  };

  function button(item, text, action, style = "") {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `btn btn-sm ${style}`;
    made.append(text, named(item));
    made.addEventListener("click", action);
    return made;
  }

  function show(item, text, state) {
    const before = item.state;
    item.state = state;
    item.text.textContent = text;
    item.row.dataset.state = state;
    item.bar.hidden = ["failed", "cancelled", "done"].includes(state);
    if (before === state) return;
    const going = ["sending", "finishing", "waiting"].includes(state);
    const parts = [];
    if (state === "signed_out") {
      const link = document.createElement("a");
      Object.assign(link, { href: login, target: "_blank", rel: "noopener", className: "btn btn-sm btn-primary", textContent: words.sign_in });
      link.append(named(item));
      parts.push(link);
    }
    if (["signed_out", "paused"].includes(state)) parts.push(button(item, words.go_on, () => again(item)));
    if (["sending", "waiting", "signed_out", "paused"].includes(state)) parts.push(button(item, words.cancel, () => cancel(item), "btn-ghost-danger"));
    else if (state !== "finishing") parts.push(button(item, words.dismiss, () => remove(item), "btn-ghost-secondary"));
    item.buttons.replaceChildren(...parts);
    if (!going || state === "finishing") said.textContent = fill(words.announce, { name: item.path, text });
  }

  async function again(item) {
    if (item.state === "signed_out" && !(await renew().catch(() => false))) return;
    if (!["signed_out", "paused"].includes(item.state)) return;
    item.cancelled = false;
    if (item.active) return item.abort?.abort(); // it waits for the line: now it tries at once
    show(item, words.waiting, "waiting");
    next();
  }

  async function cancel(item) {
    item.cancelled = true;
    item.abort?.abort();
    const gone = !item.id || (await fetch(`${api}/${item.id}`, { method: "DELETE", headers: { "X-CSRFToken": token() } }).catch(() => null))?.ok;
    // Not deleted, because the line is down or the sign-in has ended: then it is still there, and can be gone on with or cancelled again.
    if (gone) show(item, words.cancelled, "cancelled");
    else show(item, words.server, "paused");
    refresh();
  }

  function remove(item) {
    items.delete(item.key);
    item.row.remove();
    list.hidden = !items.size;
    hide();
  }

  function add(file, path) {
    const key = `${path}|${file.size}|${file.lastModified}`;
    const known = items.get(key);
    if (known && !["failed", "cancelled", "done"].includes(known.state)) {
      said.textContent = fill(words.announce, { name: path, text: words.twice });
      return;
    }
    if (known) remove(known);
    const row = document.createElement("li");
    const item = { key, file, path, row, state: "", text: document.createElement("p"), bar: document.createElement("progress"), buttons: document.createElement("div") };
    const name = document.createElement("strong");
    name.className = "text-break";
    name.textContent = path;
    item.text.className = "small mb-1";
    Object.assign(item.bar, { className: "progress my-1 w-100", max: Math.max(file.size, 1), value: 0 });
    item.bar.setAttribute("aria-label", fill(words.progress, { name: path }));
    item.buttons.className = "btn-list";
    row.append(name, item.bar, item.text, item.buttons);
    list.append(row);
    list.hidden = false;
    items.set(key, item);
    if (!file.size) show(item, words.empty, "failed");
    else if (file.size > LIMIT) show(item, words.too_large, "failed");
    else show(item, words.waiting, "waiting");
  }

  function addAll(found) {
    const fitting = found.filter(([file]) => !IGNORED.test(file.name));
    if (!fitting.length) said.textContent = words.nothing;
    if (fitting.length > MANY) said.textContent = fill(words.many, { n: MANY });
    fitting.slice(0, MANY).forEach(([file, path]) => add(file, path));
    next();
  }

  // The server's list shows unfinished uploads of before; those that this page sends stand in its own list already.
  function hide() {
    const mine = new Set([...items.values()].map((item) => item.id));
    document.querySelectorAll("[data-upload-id]").forEach((row) => { row.hidden = mine.has(row.dataset.uploadId); });
    const box = document.querySelector("[data-ways-uploads]");
    if (box) box.hidden = [...box.querySelectorAll("[data-upload-id]")].every((row) => row.hidden);
  }
  const refresh = () => { const ways = document.getElementById("ways"); if (ways) globalThis.htmx?.trigger(ways, "refresh"); };
  document.addEventListener("htmx:afterSettle", hide);

  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelectorAll("input[type=file]").forEach((input) => input.addEventListener("change", () => {
    addAll([...input.files].map((file) => [file, file.webkitRelativePath || file.name]));
    input.value = "";
  }));

  const entries = async (entry, path = "") => {
    if (entry.isFile) return [[await new Promise((resolve, reject) => entry.file(resolve, reject)), path + entry.name]];
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) return found;
      for (const one of some) if (found.length <= MANY) found.push(...await entries(one, `${path}${entry.name}/`));
    }
  };
  let depth = 0;
  const over = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  zone.addEventListener("dragenter", (event) => { if (over(event)) { depth += 1; zone.classList.add("bj-over"); } });
  zone.addEventListener("dragleave", () => { depth = Math.max(0, depth - 1); if (!depth) zone.classList.remove("bj-over"); });
  zone.addEventListener("dragover", (event) => { if (over(event)) event.preventDefault(); });
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    depth = 0;
    zone.classList.remove("bj-over");
    const dropped = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const plain = [...event.dataTransfer.files];
    if (!dropped.length) return addAll(plain.map((file) => [file, file.name]));
    addAll((await Promise.all(dropped.map((entry) => entries(entry).catch(() => [])))).flat());
  });
  // A file let fall beside the box must not replace the page.
  for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => { if (over(event)) event.preventDefault(); });
  addEventListener("beforeunload", (event) => {
    if ([...items.values()].some((item) => ["sending", "waiting", "finishing"].includes(item.state))) event.preventDefault();
  });
  addEventListener("focus", () => items.forEach((item) => { if (item.state === "signed_out") again(item); }));
}
