import { IconDownload } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Column } from "../../api/types";
import { count } from "../../lib/format";
import { Button, Menu, type MenuEntry } from "../../ui";
import css from "./Grid.module.css";
import { type Box, sumsOf } from "./selection";

interface Props {
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly box: Box | undefined;
  readonly version: number;
  readonly text: (row: number, column: number) => string | null | undefined;
  readonly exports: readonly MenuEntry[];
  readonly note: ReactNode;
  readonly onJump: (row: number) => void;
}

const LONG = 100;

/** The grid's foot: size, what is selected (count, sum, average), a way to any row, and export. */
export function Foot({ rows, columns, box, version, text, exports, note, onJump }: Props) {
  const { t } = useTranslation();
  const [jump, setJump] = useState("");
  const kinds = useMemo(() => columns.map((column) => column.kind), [columns]);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- version: the same cells may have come since
  const sums = useMemo(() => (box ? sumsOf(box, kinds, text) : undefined), [box, kinds, text, version]);
  return (
    <div className={css.foot}>
      <span>{t("grid.size", { count: rows, rows: count(rows), columns: columns.length })}</span>
      {note}
      {rows > LONG && (
        <label className={css.jump}>
          {t("grid.row")}
          <input
            aria-label={t("grid.jump")} inputMode="numeric" value={jump} onChange={(event) => setJump(event.target.value.replace(/\D/g, ""))}
            onKeyDown={(event) => { if (event.key === "Enter" && jump !== "") onJump(Math.min(rows, Math.max(1, Number(jump))) - 1); }}
          />
        </label>
      )}
      <span className="sp" />
      {sums && <span className="t3">{t("grid.selected", { count: sums.cells, shown: count(sums.cells) })}</span>}
      {sums?.sum && sums.cells > 1 && <span>{t("grid.sum", { value: sums.sum })}</span>}
      {sums?.average && <span>{t("grid.average", { value: sums.average })}</span>}
      {exports.length > 0 && <Menu label={t("grid.export")} entries={exports} target={<Button kind="accent" size="sm" icon={<IconDownload size={14} />}>{t("grid.export")}</Button>} />}
    </div>
  );
}
