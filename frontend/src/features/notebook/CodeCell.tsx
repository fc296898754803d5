import { useTranslation } from "react-i18next";
import { Chip, cx } from "../../ui";
import { SqlEditor } from "../query";
import { CellHead } from "./CellHead";
import { useNotebook } from "./context";
import { ErrorBar } from "./ErrorBar";
import css from "./Notebook.module.css";
import { type CellProps, runProblem } from "./SqlCell";

/** A cell of another language (Python, raw): kept byte for byte and shown; running it says which SQL does the same. */
export function CodeCell({ cell }: CellProps) {
  const { t } = useTranslation();
  const { session } = useNotebook();
  const problem = runProblem(cell);
  return (
    <>
      <CellHead cell={cell} hasResult={false} ran={false} onRan={() => undefined} kindNote={<Chip tone="line">{t(`notebook.kind.${cell.kind}`)}</Chip>} />
      <div className={cx(css.code, !problem && css.last)}>
        {cell.collapsed ? (
          <button type="button" className={css.folded} onClick={() => session.edit([{ op: "setCollapsed", cell: cell.id, collapsed: false }])}>⋯ {t("notebook.lines", { count: cell.source.split("\n").length })}</button>
        ) : (
          <SqlEditor value={cell.source} dialect="plain" label={t(`notebook.kind.${cell.kind}`)} readOnly />
        )}
      </div>
      {problem && <ErrorBar cell={cell} problem={problem} />}
    </>
  );
}
