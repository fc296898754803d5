import { type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import type { Column, ColumnProfile } from "../../api/types";
import { toast } from "../../lib/toast";
import { ErrorState, type MenuEntry, cx } from "../../ui";
import { CellViewer } from "./CellViewer";
import { writeText } from "./clipboard";
import { Foot } from "./Foot";
import css from "./Grid.module.css";
import { HeaderCell, type SortState } from "./HeaderCell";
import { FOOT, GUTTER, HEAD, ROW, edges, visibleColumns, visibleRows } from "./math";
import { Row } from "./Row";
import { boxOf, cellsIn, tsv } from "./selection";
import type { GridSource } from "./source";
import { useSelection } from "./useSelection";
import { useView } from "./useView";
import { filled, firstWidth, leastWidth, roomyWidth } from "./widths";

interface Props {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly source: GridSource;
  readonly profiles?: readonly ColumnProfile[] | undefined;
  /** Column name, a leading minus is descending; undefined is the result's own order. */
  readonly sort?: string | undefined;
  readonly onSort?: ((sort: string | undefined) => void) | undefined;
  /** Shown rows at most; "fill" takes the height of the parent. */
  readonly height: number | "fill";
  readonly exports?: readonly MenuEntry[];
  readonly note?: ReactNode;
  /** The column of the selected cell, for the profile drawer. */
  readonly onFocus?: ((column: Column | undefined, value: string | null | undefined) => void) | undefined;
}

const MOST_COPIED = 200_000;

export function heightOf(rows: number, most: number): number {
  return HEAD + Math.min(Math.max(rows, 1), most) * ROW + FOOT + 1;
}

/** nextSort: own order, ascending, descending, own order. */
export function nextSort(now: string | undefined, name: string): string | undefined {
  if (now === name) return `-${name}`;
  return now === `-${name}` ? undefined : name;
}

function sortOf(sort: string | undefined, name: string): SortState {
  return sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
}

/** Grid shows a table of any length: only what is seen is drawn, and only pages near it are held. */
export function Grid({ label, columns, source, profiles, sort, onSort, height, exports = [], note, onFocus }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState<ReadonlyMap<number, number>>(new Map());
  const [viewing, setViewing] = useState(false);
  const version = useSyncExternalStore(useCallback((changed) => source.subscribe(changed), [source]), () => source.version());
  const view = useView(scroller, source.rows, height === "fill" ? 400 : height - FOOT);
  const room = view.width - GUTTER;
  const lefts = useMemo(() => edges(filled(columns.map((column, i) => own.get(i) ?? firstWidth(column)), room, columns.map((column, i) => own.get(i) ?? leastWidth(column)), columns.map((column, i) => own.get(i) ?? roomyWidth(column)))).map((x) => x + GUTTER), [columns, own, room]);
  const shownRows = visibleRows(view.top, view.height, source.rows);
  const shownColumns = visibleColumns(lefts, view.left + GUTTER, view.left + view.width);
  const text = useCallback((row: number, column: number) => source.text(row, column), [source]);
  const { selection, setSelection, select, keyDown, pointer } = useSelection({ rows: source.rows, columns: columns.length, lefts, view, onOpen: () => setViewing(true) });
  const box = useMemo(() => selection && boxOf(selection), [selection]);
  const focus = selection?.focus;

  useEffect(() => source.want(shownRows.start, shownRows.end), [source, shownRows.start, shownRows.end]);
  useEffect(() => () => source.stop(), [source]);
  useEffect(() => setSelection(undefined), [columns, setSelection]);
  useEffect(() => {
    onFocus?.(focus && columns[focus.column], focus && source.text(focus.row, focus.column));
  }, [focus, columns, source, onFocus, version]);

  const resize = useCallback((index: number, width: number) => setOwn((before) => new Map(before).set(index, width)), []);
  const sortBy = useCallback((index: number) => { const name = columns[index]?.name; if (name !== undefined) onSort?.(nextSort(sort, name)); }, [columns, sort, onSort]);
  const copy = async () => {
    if (!box) return;
    if (cellsIn(box) > MOST_COPIED) return toast(t("grid.copyTooMuch"), { tone: "danger" });
    await source.load(box.top, box.bottom + 1);
    await writeText(tsv(box, text));
    toast(t("grid.copied", { count: cellsIn(box) }));
  };
  const press = (event: React.KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "c" && box) {
      event.preventDefault();
      event.stopPropagation();
      void copy();
    } else keyDown(event);
  };
  const rows = [];
  for (let row = shownRows.start; row < shownRows.end; row++) {
    rows.push(<Row key={row} id={id} row={row} y={row * ROW - view.top} columns={columns} lefts={lefts} shown={shownColumns} text={text} version={version} box={box && row >= box.top && row <= box.bottom ? box : undefined} focus={focus} />);
  }
  const heads = [];
  for (let i = shownColumns.start; i < shownColumns.end; i++) {
    const column = columns[i];
    if (column) heads.push(<HeaderCell key={i} column={column} index={i} left={lefts[i] ?? 0} width={(lefts[i + 1] ?? 0) - (lefts[i] ?? 0)} sort={sortOf(sort, column.name)} on={focus?.column === i} profile={profiles?.[i]} rows={source.rows} onSort={sortBy} onWidth={resize} />);
  }
  return (
    <div className={css.grid} style={height === "fill" ? { height: "100%" } : { height }}>
      <div
        ref={scroller} className={cx(css.scroller)} role="grid" tabIndex={0} aria-label={label} aria-rowcount={source.rows + 1} aria-colcount={columns.length + 1} aria-multiselectable
        aria-activedescendant={focus ? `${id}-${focus.row}-${focus.column}` : undefined} onKeyDown={press} onDoubleClick={() => focus && setViewing(true)} {...pointer}
      >
        <div className={css.space} role="presentation" style={{ height: HEAD + view.scale.laid, width: lefts.at(-1) }}>
          <div className={css.layer} role="presentation" style={{ height: Math.min(HEAD + view.height, HEAD + view.scale.full) }}>
            <div className={css.head} role="row" aria-rowindex={1}>
              <div className={css.corner} role="columnheader" aria-colindex={1} aria-label={t("grid.row")}>#</div>
              {heads}
            </div>
            <div className={css.body} role="rowgroup">{rows}</div>
          </div>
        </div>
      </div>
      {source.failure !== undefined && <div className={css.failure}><ErrorState message={asProblem(source.failure).message} hint={asProblem(source.failure).hint} /></div>}
      <Foot rows={source.rows} columns={columns} box={box} version={version} text={text} exports={exports} note={note} onJump={(row) => { const column = focus?.column ?? 0; view.moveTo(row * ROW - Math.floor(view.height / 2)); select({ anchor: { row, column }, focus: { row, column } }); }} />
      {viewing && focus && <CellViewer column={columns[focus.column]} row={focus.row} text={source.text(focus.row, focus.column)} onClose={() => setViewing(false)} />}
    </div>
  );
}
