import type { CSSProperties } from "react";
import type { DashboardData } from "../../api/types";
import { cx } from "../../ui";
import { useSize, type DashboardDocument, type RowSpec } from "../chart";
import css from "./Page.module.css";
import { linesOf } from "./lines";
import { Tile } from "./Tile";

interface Props {
  readonly document: DashboardDocument;
  readonly data: DashboardData | undefined;
  readonly running: boolean;
  /** A filter other than the default holds. */
  readonly filtered: boolean;
  readonly onSql: (dataset: string) => void;
  readonly onExport: () => void;
  readonly onClear: () => void;
}

const defaultHeight = 326;

/** A row of numbers alone is one card with dividers, as on the exported sheet. */
const isStrip = (row: RowSpec): boolean => row.tiles.length > 0 && row.tiles.every((tile) => tile.chart.kind === "kpi");

/** The tiles in rows of 12 columns; a row that is too narrow for its tiles breaks into several. */
export function Rows({ document, data, running, filtered, onSql, onExport, onClear }: Props) {
  const [box, { width }] = useSize<HTMLDivElement>();
  return (
    <div ref={box} className={css.rows}>
      {document.rows.map((row, r) => {
        const strip = isStrip(row);
        const style = { "--row-height": `${row.height ?? defaultHeight}px`, ...(strip ? { "--columns": row.tiles.map((tile) => `${tile.width ?? 1}fr`).join(" ") } : {}) } as CSSProperties;
        const spans = strip ? [] : linesOf(row.tiles, width).flat();
        return (
          <div key={r} className={cx(strip ? css.strip : css.row)} style={style}>
            {row.tiles.map((tile, i) => (
              <Tile
                key={i} tile={tile} strip={strip} span={spans[i] ?? 12} result={data?.datasets[tile.dataset]} params={data?.params ?? {}} running={running} filtered={filtered}
                onSql={() => onSql(tile.dataset)} onExport={onExport} onClear={onClear}
              />
            ))}
          </div>
        );
      })}
    </div>
  );
}
