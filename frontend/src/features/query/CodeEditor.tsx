import { type CompletionContext, type CompletionResult, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, codeFolding, foldKeymap, indentUnit } from "@codemirror/language";
import { searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import { EditorView, type KeyBinding, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import type { EditorProps } from "./editorTypes";
import { colours, languageOf } from "./language";
import { markField, setMarks } from "./mark";
import { editorTheme } from "./theme";

type Latest = { current: EditorProps };

const KINDS: Record<string, string> = { keyword: "keyword", function: "function", database: "namespace", table: "class", view: "interface", column: "property", result: "variable", parameter: "constant" };

function completions(latest: Latest): Extension {
  const source = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const { complete } = latest.current;
    const word = context.matchBefore(/[\p{L}\p{N}_$]*/u);
    const afterDot = context.state.sliceDoc(context.pos - 1, context.pos) === ".";
    if (!complete || (!context.explicit && !afterDot && (!word || word.from === word.to))) return null;
    const stop = new AbortController();
    context.addEventListener("abort", () => stop.abort());
    const found = await complete(context.state.doc.toString(), context.pos, stop.signal).catch(() => []);
    if (found.length === 0) return null;
    return {
      from: word?.from ?? context.pos,
      options: found.map((entry) => ({ label: entry.label, apply: entry.insert, type: KINDS[entry.kind] ?? "text", ...(entry.detail ? { detail: entry.detail } : {}) })),
      validFor: /^[\p{L}\p{N}_$]*$/u,
    };
  };
  return autocompletion({ override: [source], icons: false, activateOnTypingDelay: 120 });
}

function bindings(latest: Latest): KeyBinding[] {
  return ["Shift-Enter", "Mod-Enter", "Alt-Enter"].map((key) => ({
    key,
    run: () => {
      const act = latest.current.keys?.[key];
      act?.();
      return act !== undefined;
    },
  }));
}

function leaving(latest: Latest): KeyBinding {
  return { key: "Escape", run: () => { const act = latest.current.keys?.["Escape"]; act?.(); return act !== undefined; } };
}

function extensions(latest: Latest, language: Compartment, writable: Compartment): Extension[] {
  const { dialect, readOnly, lineNumbers: numbers = true, label } = latest.current;
  return [
    Prec.highest(keymap.of(bindings(latest))),
    history(), drawSelection(), bracketMatching(), closeBrackets(), codeFolding(), indentUnit.of("  "), EditorState.tabSize.of(2),
    numbers ? lineNumbers() : [], numbers ? highlightActiveLine() : [],
    completions(latest),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...foldKeymap, ...searchKeymap.filter((binding) => binding.key !== "Mod-Alt-g"), ...defaultKeymap, ...historyKeymap, indentWithTab, leaving(latest)]),
    editorTheme, colours, markField,
    numbers ? [] : EditorView.lineWrapping,
    language.of(dialect === "markdown" || dialect === "plain" ? [] : languageOf[dialect]),
    writable.of([EditorState.readOnly.of(readOnly ?? false), EditorView.editable.of(!(readOnly ?? false))]),
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
      if (update.focusChanged && update.view.hasFocus) latest.current.onFocus?.();
    }),
  ];
}

/** CodeEditor is CodeMirror in the house's look. */
export function CodeEditor(props: EditorProps) {
  const { value, dialect, readOnly, marks, focused } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  const parts = useRef({ language: new Compartment(), writable: new Compartment() });
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({ parent: host.current, state: EditorState.create({ doc: latest.current.value, extensions: extensions(latest, parts.current.language, parts.current.writable) }) });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    // From outside (undo of a cell, another window): replaced as one change, the selection stays where it can.
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.language.reconfigure(dialect === "markdown" || dialect === "plain" ? [] : languageOf[dialect]) });
  }, [dialect]);

  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.writable.reconfigure([EditorState.readOnly.of(readOnly ?? false), EditorView.editable.of(!(readOnly ?? false))]) });
  }, [readOnly]);

  useEffect(() => {
    view.current?.dispatch({ effects: setMarks.of(marks ?? []) });
  }, [marks]);

  useEffect(() => {
    if (focused && view.current && !view.current.hasFocus) view.current.focus();
    if (focused === false && view.current?.hasFocus) view.current.contentDOM.blur();
  }, [focused]);

  return <div ref={host} data-editor="code" />;
}
