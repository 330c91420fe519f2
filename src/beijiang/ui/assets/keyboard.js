// `/` searches, `?` helps, and two keys such as `g c` open the room that named them in its navigation entry.
export function keyboard() {
  const links = new Map([...document.querySelectorAll("a[data-keys]")].map((link) => [link.dataset.keys, link]));
  let before = "";
  let timer;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("search")?.focus();
      return;
    }
    if (event.key === "?") {
      event.preventDefault();
      document.getElementById("help")?.showModal();
      return;
    }
    const keys = `${before} ${event.key}`.trim();
    before = event.key;
    clearTimeout(timer);
    timer = setTimeout(() => { before = ""; }, 1200);
    const link = links.get(keys);
    if (link) {
      event.preventDefault();
      link.click();
    }
  });
}
