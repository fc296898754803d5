import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Cell, Problem } from "../../api/types";
import { runAction } from "../../lib/action";
import { cx } from "../../ui";
import { type Mark, SqlEditor, markOf } from "../query";
import { CellHead } from "./CellHead";
import { useNotebook } from "./context";
import { ErrorBar } from "./ErrorBar";
import css from "./Notebook.module.css";
import { Outcome } from "./Outcome";
import { useCheck } from "./useCheck";
import { useComplete } from "./useComplete";

export interface CellProps {
  readonly cell: Cell;
  readonly editing: boolean;
}

/** runProblem is why the last run failed. */
export function runProblem(cell: Cell): Problem | undefined {
  if (cell.run?.state !== "error") return undefined;
  return cell.run.problem ?? cell.run.statements?.find((statement) => statement.problem)?.problem;
}

function useMarks(cell: Cell, editing: boolean): Mark[] {
  const failed = runProblem(cell);
  const checked = useCheck(cell, editing);
  return useMemo(() => {
    const run = failed && (failed.text === undefined || cell.source.includes(failed.text)) ? markOf(failed, cell.source, true) : undefined;
    if (run) return [run];
    return checked.map((problem) => markOf(problem, cell.source, false)).filter((mark): mark is Mark => mark !== undefined);
  }, [failed, checked, cell.source]);
}

/** The keys that leave an editor; what they do stands in the registry. */
const KEYS = {
  "Shift-Enter": () => runAction("cell.runNext"),
  "Mod-Enter": () => runAction("cell.run"),
  "Alt-Enter": () => runAction("cell.runInsert"),
  Escape: () => runAction("cell.command"),
};

export function SqlCell({ cell, editing }: CellProps) {
  const { t } = useTranslation();
  const { session, readOnly } = useNotebook();
  const [ran, setRan] = useState(false);
  const marks = useMarks(cell, editing);
  const complete = useComplete(cell);
  const problem = runProblem(cell);
  const statements = cell.run?.statements ?? [];
  const hasResult = statements.some((statement) => statement.result);
  const duck = statements.map((statement) => statement.duckSql).filter(Boolean).join(";\n\n");
  const bare = statements.length === 0 && !problem;
  return (
    <>
      <CellHead cell={cell} hasResult={hasResult} ran={ran} onRan={() => setRan(!ran)} />
      <div className={cx(css.code, bare && css.last, ran && duck !== "" && css.both)}>
        {cell.collapsed ? (
          <button type="button" className={css.folded} onClick={() => session.edit([{ op: "setCollapsed", cell: cell.id, collapsed: false }])}>⋯ {t("notebook.lines", { count: cell.source.split("\n").length })}</button>
        ) : (
          <SqlEditor
            value={cell.source} dialect={cell.dialect ?? "spark"} label={t("notebook.codeOf", { name: cell.name || cell.id })} readOnly={readOnly} marks={marks} complete={complete} keys={KEYS}
            focused={editing} onChange={(source) => { if (source !== cell.source) session.edit([{ op: "setSource", cell: cell.id, source }]); }} onFocus={() => session.select(cell.id, true)}
          />
        )}
        {ran && duck !== "" && (
          <div>
            <div className={css.ranHead}>{t("notebook.whatRan")}</div>
            <div className={css.ranText}><SqlEditor value={duck} dialect="duckdb" label={t("notebook.whatRan")} readOnly lineNumbers={false} /></div>
          </div>
        )}
      </div>
      <Outcome cell={cell} />
      {problem && <ErrorBar cell={cell} problem={problem} />}
    </>
  );
}
