import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type { Completion } from "../../api/types";
import type { EditorProps } from "./editorTypes";
import css from "./PlainEditor.module.css";

const KEYS: readonly [string, (event: KeyboardEvent) => boolean][] = [
  ["Shift-Enter", (event) => event.key === "Enter" && event.shiftKey],
  ["Mod-Enter", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey)],
  ["Alt-Enter", (event) => event.key === "Enter" && event.altKey],
  ["Escape", (event) => event.key === "Escape"],
];

/** PlainEditor is a text area with the same abilities: run keys, completion on Ctrl Space, places of problems. */
export function PlainEditor({ value, label, readOnly, marks, complete, keys, focused, onChange, onFocus }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const [offers, setOffers] = useState<readonly Completion[]>([]);
  const [at, setAt] = useState(0);
  const rows = value.split("\n").length;

  useEffect(() => {
    if (focused) area.current?.focus();
    else if (focused === false) area.current?.blur();
  }, [focused]);

  const offer = async () => {
    const index = area.current?.selectionStart ?? 0;
    setAt(0);
    setOffers(complete ? [...(await complete(value, index).catch(() => []))] : []);
  };
  const take = (entry: Completion) => {
    const index = area.current?.selectionStart ?? value.length;
    const start = index - (/[\p{L}\p{N}_$]*$/u.exec(value.slice(0, index))?.[0].length ?? 0);
    onChange?.(value.slice(0, start) + entry.insert + value.slice(index));
    setOffers([]);
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    const chosen = offers[at];
    if (chosen && event.key === "ArrowDown") setAt((at + 1) % offers.length);
    else if (chosen && event.key === "ArrowUp") setAt((at + offers.length - 1) % offers.length);
    else if (chosen && (event.key === "Enter" || event.key === "Tab")) take(chosen);
    else if (chosen && event.key === "Escape") setOffers([]);
    else if (event.key === " " && event.ctrlKey) void offer();
    else {
      const act = KEYS.find(([name, fits]) => fits(event) && keys?.[name])?.[0];
      if (!act) return;
      keys?.[act]?.();
    }
    event.preventDefault();
  };
  const first = marks?.[0];
  const before = first ? value.slice(0, first.from) : "";
  return (
    <div className={css.box} data-editor="plain">
      <textarea
        ref={area} className={css.area} aria-label={label} aria-invalid={first !== undefined} aria-describedby={first ? `${id}-place` : undefined} value={value} rows={rows} readOnly={readOnly}
        spellCheck={false} autoComplete="off" onChange={(event) => { setOffers([]); onChange?.(event.target.value); }} onKeyDown={press} onFocus={onFocus} onBlur={() => setOffers([])}
      />
      {first && <div id={`${id}-place`} className={css.place}>{`${before.split("\n").length}:${first.from - before.lastIndexOf("\n")}  ${first.message}`}</div>}
      {offers.length > 0 && (
        <ul className={css.list} role="listbox" aria-label={label}>
          {offers.map((entry, i) => (
            <li key={entry.kind + entry.label} role="option" aria-selected={i === at} onMouseDown={(event) => { event.preventDefault(); take(entry); }}>{entry.label}<small>{entry.detail}</small></li>
          ))}
        </ul>
      )}
    </div>
  );
}
