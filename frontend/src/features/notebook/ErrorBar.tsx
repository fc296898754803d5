import { IconAlertCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Cell, Problem } from "../../api/types";
import { Button, Kbd } from "../../ui";
import { replaced } from "../query";
import { useNotebook } from "./context";
import css from "./Notebook.module.css";

/** fix puts the suggestion into the cell and runs it; false when there is none. */
export function useFix(): (cell: Cell, problem: Problem | undefined) => boolean {
  const { session } = useNotebook();
  return (cell, problem) => {
    const source = problem && replaced(problem, cell.source);
    if (source === undefined) return false;
    session.edit([{ op: "setSource", cell: cell.id, source }]);
    void session.run({ mode: "one", cell: cell.id });
    return true;
  };
}

/** One bar: place, cause, suggestion and one button. No stack trace. */
export function ErrorBar({ cell, problem }: { readonly cell: Cell; readonly problem: Problem }) {
  const { t } = useTranslation();
  const { readOnly } = useNotebook();
  const fix = useFix();
  const suggestion = problem.suggestions?.[0];
  // The catalogue's own "did you mean" is not said a second time.
  const hint = suggestion !== undefined && problem.hint?.includes(suggestion) ? undefined : problem.hint;
  const fixable = !readOnly && replaced(problem, cell.source) !== undefined;
  return (
    <div className={css.fault} role="alert">
      <IconAlertCircle size={16} aria-hidden />
      <div className="sp">
        {problem.span && <span className="t2">{t("notebook.place", { line: problem.span.line, column: problem.span.column })}</span>}
        {problem.message}
        {suggestion !== undefined && <> {t("notebook.didYouMean")} <b>{suggestion}</b>{t("notebook.questionMark")}</>}
        {hint && <div className={css.hint}>{hint}</div>}
      </div>
      {fixable && <Button size="sm" onClick={() => fix(cell, problem)}>{t("notebook.replaceAndRun")}<Kbd joined shortcut="Alt+Enter" /></Button>}
    </div>
  );
}
