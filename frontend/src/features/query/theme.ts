import { EditorView } from "@codemirror/view";

/** The editor in the house's look; every colour is a token, so both themes follow. */
export const editorTheme = EditorView.theme({
  "&": { backgroundColor: "var(--bg-app)", color: "var(--text-1)", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-code)", lineHeight: "20px", fontVariantLigatures: "none", overflowX: "auto" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--accent)" },
  ".cm-line": { padding: "0 12px 0 0" },
  ".cm-gutters": { backgroundColor: "var(--bg-app)", border: "none", color: "var(--text-3)", fontSize: "12px" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "40px", padding: "0 12px 0 0", lineHeight: "20px" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "1.5px" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--bg-sunken) 60%, transparent)" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 22%, transparent)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", color: "inherit" },
  ".cm-wrong": { backgroundColor: "var(--danger-soft)", boxShadow: "0 0 0 2px var(--danger-soft)", borderRadius: "1px", textDecoration: "underline wavy var(--danger) 1px", textUnderlineOffset: "4px" },
  ".cm-carets": { height: "20px", whiteSpace: "pre", lineHeight: "20px", userSelect: "none" },
  ".cm-carets span": { visibility: "hidden" },
  ".cm-carets b": { color: "var(--danger)", fontWeight: "600" },
  ".cm-tooltip": { backgroundColor: "var(--bg-panel)", border: "0", borderRadius: "8px", boxShadow: "var(--shadow)", overflow: "hidden" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-code)", fontSize: "12px", maxHeight: "224px", padding: "4px", minWidth: "240px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { height: "28px", lineHeight: "20px", padding: "4px 8px", borderRadius: "4px", display: "flex", alignItems: "center", gap: "8px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--text-1)" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent)", fontWeight: "600" },
  ".cm-completionDetail": { marginLeft: "auto", fontStyle: "normal", color: "var(--text-3)", fontFamily: "var(--font-ui)" },
  ".cm-completionIcon": { width: "16px", color: "var(--text-3)", opacity: "1", padding: "0" },
});
