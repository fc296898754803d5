import { useTranslation } from "react-i18next";
import type { Cell, Column, ColumnProfile, Result, StatementResult } from "../../api/types";
import { duration } from "../../lib/format";
import { cx } from "../../ui";
import { ResultGrid } from "../result";
import { ChartPanel } from "./ChartPanel";
import { useNotebook } from "./context";
import css from "./Notebook.module.css";

/** firstLine is a statement in one line, for lists of several. */
export function firstLine(sql: string): string {
  const line = sql.trim().split("\n").find((text) => text.trim() !== "" && !text.trim().startsWith("--")) ?? sql.trim();
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}

function StatementLine({ statement, alone }: { readonly statement: StatementResult; readonly alone: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={css.line}>
      {!alone && <code className="ell" title={statement.sql}>{firstLine(statement.sql)}</code>}
      {statement.message && <span className={css.said}>{statement.message}</span>}
      {alone && !statement.message && <span>{statement.kind ? t("notebook.doneKind", { kind: statement.kind }) : t("notebook.done")}</span>}
      <span className="sp" />
      {!alone && <span className="t3">{duration(statement.elapsedMs)}</span>}
    </div>
  );
}

interface Props {
  readonly cell: Cell;
}

/** What a cell's statements gave, in their order: grids or a chart, and what they say of themselves. */
export function Outcome({ cell }: Props) {
  const { t } = useTranslation();
  const { onFocus } = useNotebook();
  const statements = (cell.run?.statements ?? []).filter((statement) => !statement.problem);
  if (statements.length === 0) return null;
  const alone = (cell.run?.statements?.length ?? 0) === 1;
  const last = statements.findLast((statement) => statement.result)?.result;
  const focus = (result: Result) => (column: Column | undefined, value: string | null | undefined, profile: ColumnProfile | undefined) => {
    if (column) onFocus({ column, value, profile, rows: result.rows, index: result.columns.findIndex((entry) => entry.name === column.name), columns: result.columns.length });
  };
  const busy = cell.run?.state === "running" || cell.run?.state === "queued";
  return (
    <div className={cx(css.out, busy && css.dim)}>
      {statements.map((statement, i) => {
        const { result } = statement;
        if (!result) return <StatementLine key={i} statement={statement} alone={alone} />;
        const chart = cell.view === "chart" && result === last;
        return (
          <div key={result.id + String(i)}>
            {!alone && <StatementLine statement={statement} alone={false} />}
            {chart ? <ChartPanel cell={cell} result={result} /> : <ResultGrid result={result} label={t("notebook.resultOf", { name: cell.name || cell.id })} fileName={cell.name || "result"} rows={statements.length > 1 ? 5 : 8} onFocus={focus(result)} />}
          </div>
        );
      })}
    </div>
  );
}
