import { memo } from "react";
import type { Column } from "../../api/types";
import { cx } from "../../ui";
import css from "./Grid.module.css";
import type { Range } from "./math";
import { type Box, holds, isNumeric } from "./selection";
import { grouped } from "./value";

interface Props {
  readonly id: string;
  readonly row: number;
  readonly y: number;
  readonly columns: readonly Column[];
  readonly lefts: readonly number[];
  readonly shown: Range;
  readonly text: (row: number, column: number) => string | null | undefined;
  /** A new number when cells have come. */
  readonly version: number;
  readonly box: Box | undefined;
  readonly focus: { readonly row: number; readonly column: number } | undefined;
}

/** Numbers that name something are not read in thousands. */
const IDENTIFIER = /(^|_)(id|uid|no|code|key)$/i;

/** What a cell shows: numbers grouped, line breaks visible, very long text cut (the viewer has it whole). */
export function shownText(text: string, column: Column): string {
  if (column.kind === "decimal" || (column.kind === "integer" && !IDENTIFIER.test(column.name))) return grouped(text);
  const cut = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return cut.replaceAll("\n", " ↵ ");
}

/** One row of the grid. Only the columns that show are drawn. */
export const Row = memo(function Row({ id, row, y, columns, lefts, shown, text, box, focus }: Props) {
  const cells = [];
  for (let i = shown.start; i < shown.end; i++) {
    const column = columns[i];
    if (!column) continue;
    const value = text(row, i);
    const left = lefts[i] ?? 0;
    const here = focus?.row === row && focus.column === i;
    const selected = box !== undefined && holds(box, row, i);
    cells.push(
      <div
        key={i} id={`${id}-${row}-${i}`} role="gridcell" aria-colindex={i + 2} aria-selected={selected} data-column={i}
        style={{ left, width: (lefts[i + 1] ?? 0) - left }}
        className={cx(css.cell, isNumeric(column.kind) && css.right, column.kind === "text" && css.text, value === null && css.null, value === undefined && css.pending, here ? css.focus : selected ? css.selected : focus?.column === i && css.inColumn)}
      >
        {value === null ? "NULL" : value === undefined ? null : shownText(value, column)}
      </div>,
    );
  }
  return (
    <div role="row" aria-rowindex={row + 2} data-row={row} className={css.row} style={{ transform: `translateY(${y}px)`, width: lefts.at(-1) }}>
      <div role="rowheader" aria-colindex={1} className={css.number}>{row + 1}</div>
      {cells}
    </div>
  );
});
