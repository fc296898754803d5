import { useTranslation } from "react-i18next";
import { openDocument } from "../../lib/navigation";
import { Menu } from "../../ui";
import css from "./Page.module.css";

/** Which table snapshots the numbers came from; a click lists them, a line opens its table. */
export function Sources({ reads }: { readonly reads: readonly { readonly table: string; readonly snapshot: number }[] }) {
  const { t } = useTranslation();
  if (reads.length === 0) return null;
  const newest = Math.max(...reads.map((r) => r.snapshot));
  return (
    <Menu
      label={t("dashboard.sources")}
      target={
        <button type="button" className={css.sources} title={t("dashboard.sources")}>
          <i className={css.dot} />
          {t("dashboard.tables", { count: reads.length })}
          {newest > 0 && <span className="mono">#{newest}</span>}
        </button>
      }
      entries={reads.map((r) => ({
        key: `${r.table}#${r.snapshot}`, label: r.snapshot > 0 ? `${r.table} #${r.snapshot}` : r.table,
        run: () => openDocument({ kind: "table", name: r.table, title: r.table.split(".").at(-1) ?? r.table }),
      }))}
    />
  );
}
