import { useTranslation } from "react-i18next";
import { useNotebooks } from "../../api/queries";
import { openDocument } from "../../lib/navigation";
import { Button, cx, Skeleton } from "../../ui";
import { ChartView, type ChartTable, type TileSpec } from "../chart";
import css from "./Tile.module.css";
import type { DatasetResult } from "./Tile";

interface Props {
  readonly tile: TileSpec;
  readonly title: string;
  readonly numbers: boolean;
  readonly result: DatasetResult | undefined;
  readonly good: DatasetResult | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly filtered: boolean;
  readonly onSql: () => void;
  readonly onClear: () => void;
}

/** What stands in a tile: its chart, or one of the states that take its place. */
export function TileBody({ tile, title, numbers, result, good, params, filtered, onSql, onClear }: Props) {
  const { t } = useTranslation();
  if (!result) return <div className={css.wait}><Skeleton rows={tile.chart.kind === "kpi" ? 2 : 5} label={t("common.loading")} /></div>;
  if (result.problem?.code === "sql.unknown_table") return <Missing table={result.problem.args?.["name"] ?? ""} small={tile.chart.kind === "kpi"} />;
  const table = good?.table as ChartTable | undefined;
  if (table && table.rows === 0 && tile.chart.kind !== "kpi") {
    return (
      <div className={css.empty}>
        <b>{t("dashboard.noRows")}</b>
        {filtered && <Button onClick={onClear}>{t("dashboard.clear")}</Button>}
      </div>
    );
  }
  return (
    <>
      {table && (
        <div className={cx(css.chart, result.problem && css.dim)}>
          <ChartView table={table} spec={numbers ? { kind: "table" } : tile.chart} title={title} from={params["from"]} to={params["to"]} />
        </div>
      )}
      {result.problem && (
        <div className={css.problem} role="alert">
          <div className="sp">
            <div className={css.message}>{result.problem.message}</div>
            {result.problem.hint && <div className="t2">{result.problem.hint}</div>}
          </div>
          <Button size="sm" onClick={onSql}>{t("dashboard.showSql")}</Button>
        </div>
      )}
    </>
  );
}

/** The table is not there yet: which one, and the notebook that fills it. */
function Missing({ table, small }: { readonly table: string; readonly small: boolean }) {
  const { t } = useTranslation();
  const notebook = useNotebooks().data?.[0];
  const open = notebook ? () => openDocument({ kind: "notebook", name: notebook.name, title: notebook.title }) : undefined;
  if (small) return <div className={css.missing}>{t("dashboard.notYet")}</div>;
  return (
    <div className={css.empty}>
      <b>{t("dashboard.noTable", { table })}</b>
      <span>{t("dashboard.noTableHint")}</span>
      {open && <Button kind="primary" onClick={open}>{t("dashboard.openNotebook", { title: notebook?.title })}</Button>}
    </div>
  );
}
