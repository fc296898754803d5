import { IconCode, IconDots, IconDownload, IconTable } from "@tabler/icons-react";
import { type CSSProperties, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DashboardData } from "../../api/types";
import { cx, IconButton, Menu, ProgressBar } from "../../ui";
import { Legend, textIn, type ChartTable, type TileSpec } from "../chart";
import css from "./Tile.module.css";
import { TileBody } from "./TileBody";

export type DatasetResult = DashboardData["datasets"][string];

interface Props {
  readonly tile: TileSpec;
  readonly strip: boolean;
  /** Columns of twelve. */
  readonly span: number;
  readonly result: DatasetResult | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly running: boolean;
  readonly filtered: boolean;
  readonly onSql: () => void;
  readonly onExport: () => void;
  readonly onClear: () => void;
}

/** useLastGood keeps the newest answer that was no failure, to show beneath one. */
function useLastGood(result: DatasetResult | undefined): DatasetResult | undefined {
  const [good, setGood] = useState<DatasetResult | undefined>(undefined);
  if (result && !result.problem && result !== good) setGood(result);
  return result && !result.problem ? result : good;
}

/** One tile: heading, chart, and a menu that shows itself on hover and focus. */
export function Tile({ tile, strip, span, result, params, running, filtered, onSql, onExport, onClear }: Props) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "zh-CN" ? "zh-CN" : "en";
  const [numbers, setNumbers] = useState(false);
  const good = useLastGood(result);
  const table = good?.table as ChartTable | undefined;
  const title = textIn(tile.title, language);
  const kpi = tile.chart.kind === "kpi";
  const menu = (
    <Menu
      label={t("dashboard.tileMenu", { title })}
      target={<IconButton label={t("dashboard.tileMenu", { title })} className={css.menu}><IconDots size={16} /></IconButton>}
      entries={[
        { key: "sql", label: t("dashboard.showSql"), icon: <IconCode size={16} />, run: onSql },
        ...(kpi ? [] : [{ key: "numbers", label: t(numbers ? "dashboard.showChart" : "dashboard.showNumbers"), icon: <IconTable size={16} />, run: () => setNumbers(!numbers) }]),
        { key: "export", label: t("dashboard.export"), icon: <IconDownload size={16} />, run: onExport },
      ]}
    />
  );
  const again = running && good !== undefined;
  return (
    <section className={cx(css.tile, strip && css.cell, kpi && css.kpi)} style={strip ? undefined : ({ "--span": span } as CSSProperties)} aria-label={title}>
      {again && <div className={css.progress}><ProgressBar value={undefined} label={t("dashboard.running")} accent /></div>}
      {!kpi && (
        <header className={css.head}>
          <h2>{title}</h2>
          <span className={cx(css.note, "ell")}>{textIn(tile.note, language)}</span>
          <span className="sp" />
          {table && table.rows > 0 && !numbers && !result?.problem && <Legend table={table} spec={tile.chart} />}
          <Snapshot result={good} failed={result?.problem !== undefined} />
        </header>
      )}
      <div className={cx(css.body, again && css.dim)}>
        <TileBody tile={tile} title={title} numbers={numbers} result={result} good={good} params={params} filtered={filtered} onSql={onSql} onClear={onClear} />
      </div>
      <div className={css.corner}>{menu}</div>
    </section>
  );
}

/** "#412": the snapshot that the tile was read from. */
function Snapshot({ result, failed }: { readonly result: DatasetResult | undefined; readonly failed: boolean }) {
  const { t } = useTranslation();
  const reads = (result?.reads ?? []).filter((r) => r.snapshot > 0);
  if (failed) return <span className={css.failed}>{t("dashboard.failed")}</span>;
  if (reads.length === 0) return null;
  return (
    <span className={css.snapshot} title={reads.map((r) => `${r.table} #${r.snapshot}`).join("\n")}>
      <i />#{reads[0]?.snapshot}{reads.length > 1 ? ` +${reads.length - 1}` : ""}
    </span>
  );
}
