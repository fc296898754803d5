import { type KeyboardEvent, type PointerEvent, useCallback, useRef, useState } from "react";
import { GUTTER, ROW, revealed } from "./math";
import { type Selection, moved } from "./selection";
import type { View } from "./useView";

interface Options {
  readonly rows: number;
  readonly columns: number;
  readonly lefts: readonly number[];
  readonly view: View;
  readonly onOpen: () => void;
}

function placeOf(event: PointerEvent): { row: number; column: number } | undefined {
  const cell = (document.elementFromPoint(event.clientX, event.clientY) as HTMLElement | null)?.closest<HTMLElement>("[data-column]");
  const row = cell?.closest<HTMLElement>("[data-row]");
  return cell && row ? { row: Number(row.dataset["row"]), column: Number(cell.dataset["column"]) } : undefined;
}

/** useSelection: a rectangle by pointer or keys, always revealed. */
export function useSelection({ rows, columns, lefts, view, onOpen }: Options) {
  const [selection, setSelection] = useState<Selection | undefined>();
  const dragging = useRef(false);

  const reveal = useCallback((row: number, column: number) => {
    const top = revealed(row, view.top, view.height);
    if (top !== view.top) view.moveTo(top);
    const [from, to] = [lefts[column] ?? 0, lefts[column + 1] ?? 0];
    if (from - GUTTER < view.left) view.moveLeft(from - GUTTER);
    else if (to > view.left + view.width) view.moveLeft(to - view.width);
  }, [view, lefts]);

  const select = useCallback((next: Selection) => {
    setSelection(next);
    reveal(next.focus.row, next.focus.column);
  }, [reveal]);

  const keyDown = (event: KeyboardEvent) => {
    const now = selection ?? { anchor: { row: 0, column: 0 }, focus: { row: 0, column: 0 } };
    if (event.key === "Enter" && selection) { event.preventDefault(); event.stopPropagation(); return onOpen(); }
    if (event.altKey) return;
    if (event.key === "Escape" && selection) { event.stopPropagation(); return setSelection(undefined); }
    const next = selection ? moved(now, event, rows, columns, Math.max(1, Math.floor(view.height / ROW) - 1)) : event.key.startsWith("Arrow") ? now : moved(now, event, rows, columns, 1);
    if (!next || rows === 0) return;
    event.preventDefault();
    event.stopPropagation();
    select(next);
  };
  const pointerDown = (event: PointerEvent) => {
    const place = event.button === 0 ? placeOf(event) : undefined;
    if (!place) return;
    dragging.current = true;
    setSelection((before) => (event.shiftKey && before ? { anchor: before.anchor, focus: place } : { anchor: place, focus: place }));
  };
  const pointerMove = (event: PointerEvent) => {
    if (!dragging.current || (event.buttons & 1) === 0) return;
    const place = placeOf(event);
    if (place) setSelection((before) => before && { anchor: before.anchor, focus: place });
  };
  const pointerUp = () => { dragging.current = false; };
  return { selection, select, setSelection, keyDown, pointer: { onPointerDown: pointerDown, onPointerMove: pointerMove, onPointerUp: pointerUp } };
}
