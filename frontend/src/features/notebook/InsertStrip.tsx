import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui";
import { insertCell } from "./commands";
import { useNotebook } from "./context";
import css from "./Notebook.module.css";

/** The strip between cells: a new cell of either kind. At the end of the notebook it is always seen. */
export function InsertStrip({ after, end = false }: { readonly after: string; readonly end?: boolean }) {
  const { t } = useTranslation();
  const { session } = useNotebook();
  const add = (kind: "sql" | "markdown") => () => insertCell(session, after, kind);
  if (end) {
    return (
      <div className={css.end}>
        <Button kind="quiet" size="sm" icon={<IconPlus size={14} />} onClick={add("sql")}>SQL</Button>
        <Button kind="quiet" size="sm" onClick={add("markdown")}>{t("notebook.text")}</Button>
      </div>
    );
  }
  return (
    <div className={css.insert}>
      <div className={css.insertRow}>
        <button type="button" tabIndex={-1} onClick={add("sql")}><IconPlus size={12} aria-hidden />SQL</button>
        <button type="button" tabIndex={-1} onClick={add("markdown")}>{t("notebook.text")}</button>
      </div>
    </div>
  );
}
