// Completion from what the viewer may name under the chosen purpose: datasets after FROM and JOIN, columns of the datasets that the
// question names, functions, keywords. The list comes with the page (#sql-words) and changes with the purpose.
let text = "", known = { tables: [], functions: [], keywords: [] };

function words() {
  const now = document.getElementById("sql-words")?.dataset.words ?? "";
  if (now !== text) { text = now; known = { tables: [], functions: [], keywords: [], ...JSON.parse(now || "{}") }; }
  return known;
}

const MASKS = { null: ["不显示", "withheld"], redact: ["已遮盖", "redacted"], first4: ["仅前四位", "first 4 only"], last4: ["仅后四位", "last 4 only"], year: ["仅年份", "year only"], hash: ["已加密摘要", "digest only"] };
const masked = (mask) => { const said = MASKS[mask]; return said ? ` · ${said[document.documentElement.lang.startsWith("en") ? 1 : 0]}` : ""; };

const table = (t) => ({ label: t.name, type: "class", detail: t.title, boost: 5 });
const column = (c, boost) => ({ label: c.name, type: "property", detail: `${c.title} · ${c.type}${masked(c.mask)}`, boost });

// Names that stand for datasets in this text: `FROM stolen_property AS s` → s and stolen_property.
function named(source, tables) {
  const found = new Map();
  for (const [, name, alias] of source.matchAll(/\b(?:from|join|,)\s*"?([\w]+)"?(?:\s+(?:as\s+)?"?(?!on\b|where\b|group\b|order\b|join\b|left\b|right\b|full\b|inner\b|cross\b|using\b|limit\b|union\b|having\b|qualify\b)([\w]+)"?)?/gi)) {
    const about = tables.find((t) => t.name === name.toLowerCase());
    if (!about) continue;
    found.set(about.name, about);
    if (alias) found.set(alias.toLowerCase(), about);
  }
  return found;
}

export function complete(context) {
  const { tables, functions, keywords } = words();
  const source = context.state.doc.toString();
  const dotted = context.matchBefore(/"?[\w]+"?\.[\w]*/);
  const known = named(source, tables);
  if (dotted) {
    const [prefix] = dotted.text.replaceAll('"', "").split(".");
    const about = known.get(prefix.toLowerCase()) ?? tables.find((t) => t.name === prefix.toLowerCase());
    return about ? { from: dotted.from + dotted.text.indexOf(".") + 1, options: about.columns.map((c) => column(c, 1)), validFor: /^\w*$/ } : null;
  }
  const word = context.matchBefore(/[\w]+/);
  if (!word && !context.explicit) return null;
  const from = word ? word.from : context.pos;
  const before = source.slice(0, from);
  if (/\b(from|join)\s+$/i.test(before)) return { from, options: tables.map(table), validFor: /^\w*$/ };
  // Nothing named yet: the columns of all that may be asked.
  const about = known.size ? [...known.values()] : tables.slice(0, 6);
  const columns = [...new Map(about.flatMap((t) => t.columns.map((c) => [c.name, c]))).values()];
  return {
    from,
    options: [
      ...columns.map((c) => column(c, 20)), ...tables.map(table),
      ...functions.map((f) => ({ label: f.name, type: "function", detail: f.kind, apply: `${f.name}(`, boost: -5 })),
      ...keywords.map((k) => ({ label: k, type: "keyword", boost: -2 })),
    ],
    validFor: /^\w*$/,
  };
}
