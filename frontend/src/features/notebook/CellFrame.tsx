import { memo, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Cell, Parameter } from "../../api/types";
import { cx } from "../../ui";
import { CodeCell } from "./CodeCell";
import { useNotebook } from "./context";
import { InsertStrip } from "./InsertStrip";
import { MarkdownCell } from "./MarkdownCell";
import css from "./Notebook.module.css";
import { ParameterCell } from "./ParameterCell";
import { SqlCell } from "./SqlCell";

interface Props {
  readonly cell: Cell;
  /** Its place among the cells, from 1: names alone are not unique. */
  readonly number: number;
  readonly parameters: readonly Parameter[];
  readonly selected: boolean;
  readonly editing: boolean;
}

/** edgeOf is the colour class of a cell's left edge. */
export function edgeOf(cell: Cell): "running" | "ok" | "stale" | "error" | undefined {
  switch (cell.run?.state) {
    case "running": case "queued": return "running";
    case "ok": return "ok";
    case "stale": return "stale";
    case "error": return "error";
    default: return undefined;
  }
}

/** One cell in the notebook: its frame, edge and number, and what its kind shows. */
export const CellFrame = memo(function CellFrame({ cell, number, parameters, selected, editing }: Props) {
  const { t } = useTranslation();
  const { session, readOnly } = useNotebook();
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!selected || editing) return;
    const box = frame.current;
    if (!box || box.contains(document.activeElement) || document.querySelector('[role="dialog"]')) return;
    box.focus({ preventScroll: true });
    box.scrollIntoView?.({ block: "nearest" });
  }, [selected, editing]);

  const edge = edgeOf(cell);
  const prose = cell.kind === "markdown";
  const inEditor = editing && selected && !(prose && readOnly);
  return (
    <section
      ref={frame} tabIndex={-1} aria-label={t("notebook.cell", { number, name: cell.name || t(`notebook.kind.${cell.kind}`) })} data-cell={cell.id} data-state={cell.run?.state ?? "idle"}
      className={cx(prose && !inEditor ? css.prose : css.cell, edge && css[edge], selected && css.selected, inEditor && css.editing)}
      onMouseDown={(event) => { if (!(event.target as HTMLElement).closest("input, select, button, textarea, [data-editor], [role=grid]")) session.select(cell.id, false); else if (!selected && (event.target as HTMLElement).closest("[role=grid]")) session.select(cell.id, false); }}
      onDoubleClick={() => { if (prose && !readOnly) session.select(cell.id, true); }}
    >
      {cell.run?.executionCount !== undefined && <span className={css.count} aria-hidden>{cell.run.executionCount}</span>}
      {cell.kind === "sql" && <SqlCell cell={cell} editing={inEditor} />}
      {cell.kind === "markdown" && <MarkdownCell cell={cell} editing={inEditor} />}
      {cell.kind === "parameters" && <ParameterCell parameters={parameters} />}
      {(cell.kind === "python" || cell.kind === "raw") && <CodeCell cell={cell} editing={inEditor} />}
      {!readOnly && <InsertStrip after={cell.id} />}
    </section>
  );
});
