// The SQL editor: CodeMirror over the form's own text box, which stays the field that is sent. It lives in a shadow root, where its
// styles are constructed sheets: our pages allow no inline styles. Completion offers what the viewer may name, from #sql-words.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { PostgreSQL } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { complete } from "./sqlwords.js";

const look = EditorView.theme({
  "&": { backgroundColor: "var(--tblr-bg-forms, var(--tblr-bg-surface))", color: "var(--tblr-body-color)", border: "1px solid var(--tblr-border-color)", borderRadius: "var(--tblr-border-radius)", fontSize: "14px" },
  "&.cm-focused": { outline: "2px solid var(--tblr-primary)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--tblr-font-monospace, monospace)", minHeight: "12rem", maxHeight: "55vh", overflow: "auto", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--tblr-body-color)" },
  ".cm-cursor": { borderLeftColor: "var(--tblr-body-color)" },
  ".cm-gutters": { backgroundColor: "var(--tblr-bg-surface-secondary)", color: "var(--tblr-secondary)", borderRight: "1px solid var(--tblr-border-color)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--tblr-primary) 7%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--tblr-primary) 25%, transparent)" },
  ".cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--tblr-primary) 20%, transparent)" },
  ".cm-fault": { textDecoration: "underline wavy var(--bj-red-text, #b3312c)", backgroundColor: "color-mix(in srgb, var(--bj-red-text, #b3312c) 12%, transparent)" },
  ".cm-tooltip": { backgroundColor: "var(--tblr-bg-surface)", color: "var(--tblr-body-color)", border: "1px solid var(--tblr-border-color)", borderRadius: "6px", boxShadow: "0 .5rem 1.5rem rgb(0 0 0 / .2)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--tblr-font-monospace, monospace)", maxHeight: "16rem" },
  ".cm-tooltip-autocomplete ul li": { padding: "3px 8px !important" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--tblr-primary) !important", color: "#fff !important" },
  ".cm-completionDetail": { fontFamily: "var(--tblr-font-sans-serif, sans-serif)", fontStyle: "normal", marginLeft: "1em", opacity: ".85" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
});
const colours = HighlightStyle.define([
  { tag: tags.keyword, class: "tok-keyword" }, { tag: [tags.string, tags.special(tags.string)], class: "tok-string" },
  { tag: [tags.number, tags.bool, tags.null], class: "tok-number" }, { tag: tags.comment, class: "tok-comment" }, { tag: tags.operator, class: "tok-operator" },
]);
const tokens = EditorView.theme({
  ".tok-keyword": { color: "var(--bj-code-keyword)", fontWeight: "600" }, ".tok-string": { color: "var(--bj-code-string)" },
  ".tok-number": { color: "var(--bj-code-number)" }, ".tok-comment": { color: "var(--tblr-secondary)", fontStyle: "italic" },
});

// A browser that types into a coloured word carries its colour over as an inline style, which our pages refuse: letters are put in here.
const typing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || event.isComposing || view.composing || !event.data) return false;
    const { from, to } = view.state.selection.main;
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    event.preventDefault();
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert))) view.dispatch(insert());
    return true;
  },
});

const setFault = StateEffect.define();
const faults = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    let next = transaction.docChanged ? Decoration.none : value;
    for (const effect of transaction.effects) if (effect.is(setFault)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function mark(view, line, column) {
  if (!line || line > view.state.doc.lines) return;
  const at = view.state.doc.line(line);
  // The place is where reading stopped: the word that ends there, or the whole line.
  const end = Math.min(at.to, at.from + Math.max(1, column));
  const word = /\S+\s*$/.exec(view.state.doc.sliceString(at.from, end))?.[0].length ?? 0;
  const from = word ? end - word : at.from;
  const to = Math.max(end, from + 1);
  if (to <= view.state.doc.length && to > from) view.dispatch({ effects: setFault.of(Decoration.set([Decoration.mark({ class: "cm-fault" }).range(from, to)])) });
  view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
}

function mount(box) {
  const area = box.querySelector("textarea");
  if (!area || box.dataset.ready) return;
  box.dataset.ready = "1";
  const host = document.createElement("div");
  host.className = "bj-editor";
  area.before(host);
  const root = host.attachShadow({ mode: "open" });
  const invalid = area.classList.contains("is-invalid");
  const run = () => { area.form.requestSubmit(area.form.querySelector("button[value=ask]")); return true; };
  const view = new EditorView({
    root, parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(), EditorView.lineWrapping, faults,
        PostgreSQL.language, syntaxHighlighting(colours), look, tokens,
        autocompletion({ override: [complete], icons: false, maxRenderedOptions: 60, tooltipClass: () => "bj-complete" }),
        // Tab takes the completion that is shown and otherwise leaves the editor, so that nobody is caught in it.
        keymap.of([{ key: "Tab", run: acceptCompletion }, { key: "Ctrl-Space", run: startCompletion }, ...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
        typing,
        EditorView.contentAttributes.of({ "aria-label": box.dataset.label, "aria-multiline": "true", spellcheck: "false", ...(invalid ? { "aria-invalid": "true" } : {}) }),
        EditorView.updateListener.of((update) => { if (update.docChanged) area.value = update.state.doc.toString(); }),
      ],
    }),
  });
  area.classList.add("d-none");
  area.setAttribute("aria-hidden", "true");
  area.tabIndex = -1;
  document.querySelector(`label[for="${area.id}"]`)?.addEventListener("click", (event) => { event.preventDefault(); view.focus(); });
  area.addEventListener("bj:sql", () => { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: area.value } }); view.focus(); });
  box.parentElement.querySelector("[data-editor-keys]")?.classList.remove("d-none");
  host.view = view;
  if (box.dataset.line) { mark(view, Number(box.dataset.line), Number(box.dataset.column)); view.focus(); }
}

const all = (root) => root.querySelectorAll("[data-editor]").forEach(mount);
all(document);
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) all(event.target); });
