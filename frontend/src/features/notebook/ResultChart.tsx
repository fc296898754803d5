import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Cell, ChartTable as Rows } from "../../api/types";
import { count } from "../../lib/format";
import { Select } from "../../ui";
import { type ChartSpec, type ChartTable, ChartView, suggest, suggestions } from "../chart";
import { useNotebook } from "./context";
import css from "./Notebook.module.css";

/** kindsOf lists the kinds that fit a result; the spec's own kind always stands among them. */
function kindsOf(table: ChartTable, spec: ChartSpec): readonly { readonly kind: string; readonly spec: ChartSpec }[] {
  const fitting = suggestions(table).flatMap((entry) => (entry.spec ? [{ kind: entry.kind as string, spec: entry.spec }] : []));
  return fitting.some((entry) => entry.kind === spec.kind) ? fitting : [{ kind: spec.kind, spec }, ...fitting];
}

/** A result's chart with the choice of its kind; the choice is kept in the cell. */
export function ResultChart({ cell, table: rows }: { readonly cell: Cell; readonly table: Rows }) {
  const { t } = useTranslation();
  const { session, readOnly } = useNotebook();
  const table = rows as unknown as ChartTable;
  const spec = useMemo(() => (cell.chart as unknown as ChartSpec | undefined) ?? suggest(table), [cell.chart, table]);
  const kinds = useMemo(() => kindsOf(table, spec), [table, spec]);
  const choose = (kind: string) => {
    const chosen = kinds.find((entry) => entry.kind === kind)?.spec;
    if (chosen) session.edit([{ op: "setChart", cell: cell.id, chart: chosen as unknown as Record<string, unknown> }]);
  };
  return (
    <>
      <div className={css.chartHead}>
        <Select kind="small" label={t("notebook.chartKind")} value={spec.kind} disabled={readOnly} options={kinds.map(({ kind }) => ({ value: kind, label: t(`notebook.kinds.${kind}`) }))} onChange={choose} />
        {rows.truncated && <span className="t3">{t("notebook.truncated", { shown: count(rows.rows) })}</span>}
      </div>
      <div className={css.chartBody}><ChartView table={table} spec={spec} title={cell.name ?? ""} /></div>
    </>
  );
}
