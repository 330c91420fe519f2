// Enhances a server-rendered <table data-table>: sorting by header, filtering, paging. The rows stay the server's.
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });

const value = (row, column) => {
  const cell = row.cells[column];
  return cell ? (cell.dataset.value ?? cell.textContent).trim() : "";
};

function numeric(rows, column) {
  const seen = rows.map((row) => value(row, column)).filter((text) => text && text !== "–");
  return seen.length > 0 && seen.every((text) => Number.isFinite(Number(text.replaceAll(",", ""))));
}

function enhance(table) {
  const box = table.closest("[data-table-box]");
  const body = table.tBodies[0];
  if (!body || table.dataset.ready) return;
  table.dataset.ready = "1";
  const all = [...body.rows];
  const size = Number(table.dataset.pageSize) || 25;
  const filter = box?.querySelector("[data-table-filter]");
  const count = box?.querySelector("[data-table-count]");
  const pager = box?.querySelector("[data-table-pager]");
  let shown = all;
  let page = 0;

  function paint() {
    const pages = Math.max(1, Math.ceil(shown.length / size));
    page = Math.min(page, pages - 1);
    body.replaceChildren(...shown.slice(page * size, (page + 1) * size));
    if (count) count.textContent = count.dataset.words.replace("{n}", shown.length.toLocaleString()).replace("{all}", all.length.toLocaleString());
    if (pager) {
      pager.hidden = pages < 2;
      pager.querySelector("[data-page-now]").textContent = `${page + 1} / ${pages}`;
      pager.querySelector("[data-page-previous]").disabled = page === 0;
      pager.querySelector("[data-page-next]").disabled = page === pages - 1;
    }
    box?.querySelector("[data-table-none]")?.toggleAttribute("hidden", shown.length > 0 || all.length === 0);
  }

  [...(table.tHead?.rows[0]?.cells ?? [])].forEach((head, column) => {
    if (head.dataset.sort === "no" || !head.textContent.trim()) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "table-sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      table.tHead.querySelectorAll("[aria-sort]").forEach((other) => {
        other.removeAttribute("aria-sort");
        other.querySelector(".table-sort")?.classList.remove("asc", "desc");
      });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      button.classList.add(down ? "desc" : "asc");
      const byNumber = numeric(all, column);
      const number = (row) => Number(value(row, column).replaceAll(",", "") || -Infinity);
      const order = (a, b) => (byNumber ? number(a) - number(b) : collator.compare(value(a, column), value(b, column)));
      all.sort((a, b) => (down ? -order(a, b) : order(a, b)));
      search();
    });
  });

  function search() {
    const words = (filter?.value ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
    shown = words.length ? all.filter((row) => words.every((word) => row.textContent.toLocaleLowerCase().includes(word))) : all;
    page = 0;
    paint();
  }

  table.exported = () => shown;
  filter?.addEventListener("input", search);
  pager?.querySelector("[data-page-previous]").addEventListener("click", () => { page -= 1; paint(); });
  pager?.querySelector("[data-page-next]").addEventListener("click", () => { page += 1; paint(); });
  box?.querySelector("[data-table-tools]")?.removeAttribute("hidden");
  paint();
}

// Export of what the table shows now, all pages of it: plain CSV with a byte order mark, as Excel wants it.
// A cell that a spreadsheet would run as a formula is made text.
function csv(table) {
  const safe = (text) => (/^[=+\-@\t\r]/.test(text) && !/^-?[\d.,]+$/.test(text) ? `'${text}` : text);
  const quote = (text) => `"${safe(text.trim()).replaceAll('"', '""')}"`;
  const line = (cells) => [...cells].map((cell) => quote(cell.dataset.value ?? cell.textContent)).join(",");
  return [line(table.tHead.rows[0].cells), ...(table.exported?.() ?? [...table.tBodies[0].rows]).map((row) => line(row.cells))].join("\r\n");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-table-csv]");
  if (!button) return;
  const table = button.closest("[data-table-box]").querySelector("table");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\uFEFF", csv(table)], { type: "text/csv;charset=utf-8" }));
  link.download = `${table.id || "table"}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});

export function tables(root) {
  root.querySelectorAll("table[data-table]").forEach(enhance);
}
