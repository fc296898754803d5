import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { type PointerEvent, memo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Column, ColumnProfile } from "../../api/types";
import { cx } from "../../ui";
import { TypeIcon } from "./TypeIcon";
import css from "./Grid.module.css";
import { Histogram } from "./Histogram";
import { NARROWEST, WIDEST, firstWidth } from "./widths";

export type SortState = "none" | "ascending" | "descending";

interface Props {
  readonly column: Column;
  readonly index: number;
  readonly left: number;
  readonly width: number;
  readonly sort: SortState;
  readonly on: boolean;
  readonly profile: ColumnProfile | undefined;
  readonly rows: number;
  readonly onSort: (index: number) => void;
  readonly onWidth: (index: number, width: number) => void;
}

function Handle({ column, index, width, onWidth }: Pick<Props, "column" | "index" | "width" | "onWidth">) {
  const from = useRef<{ x: number; width: number } | null>(null);
  const [active, setActive] = useState(false);
  const down = (event: PointerEvent<HTMLSpanElement>) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width };
    setActive(true);
  };
  const move = (event: PointerEvent) => {
    if (from.current) onWidth(index, Math.min(WIDEST, Math.max(NARROWEST, from.current.width + event.clientX - from.current.x)));
  };
  const up = () => { from.current = null; setActive(false); };
  return (
    <span
      className={cx(css.resize, active && css.resizing)} onPointerDown={down} onPointerMove={move} onPointerUp={up} onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => { event.stopPropagation(); onWidth(index, firstWidth(column)); }} aria-hidden
    />
  );
}

/** A column's head: type, name, order, histogram and the share of NULL. A click sorts. */
export const HeaderCell = memo(function HeaderCell({ column, index, left, width, sort, on, profile, rows, onSort, onWidth }: Props) {
  const { t } = useTranslation();
  const nulls = profile && rows > 0 ? profile.nulls / rows : 0;
  return (
    <div
      role="columnheader" aria-colindex={index + 2} aria-sort={sort} title={`${column.name} ${column.type}`} className={cx(css.headCell, on && css.headOn)}
      style={{ left, width }} onClick={() => onSort(index)}
    >
      <div className={css.name}>
        <TypeIcon kind={column.kind} />
        <span className="ell">{column.name}</span>
        <span className="sp" />
        {sort === "ascending" && <IconArrowUp size={14} aria-hidden />}
        {sort === "descending" && <IconArrowDown size={14} aria-hidden />}
      </div>
      {profile?.bins && profile.bins.length > 0 && <Histogram bins={profile.bins} on={on} label={t("grid.histogram", { name: column.name })} />}
      {profile && <div className={css.nulls} title={t("grid.nulls", { count: profile.nulls })}>{nulls > 0 && <i style={{ width: `${Math.max(2, nulls * 100)}%` }} />}</div>}
      <Handle column={column} index={index} width={width} onWidth={onWidth} />
    </div>
  );
});
