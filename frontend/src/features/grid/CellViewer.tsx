import { IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Column } from "../../api/types";
import { count } from "../../lib/format";
import { Button, Dialog } from "../../ui";
import { writeText } from "./clipboard";
import css from "./Grid.module.css";

interface Props {
  readonly column: Column | undefined;
  readonly row: number;
  readonly text: string | null | undefined;
  readonly onClose: () => void;
}

/** pretty lays out JSON text over lines; other text stays. */
export function pretty(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** A cell's whole value. */
export function CellViewer({ column, row, text, onClose }: Props) {
  const { t } = useTranslation();
  if (!column) return null;
  const shown = text === null || text === undefined ? "NULL" : pretty(text);
  return (
    <Dialog open title={column.name} width={640} onClose={onClose} foot={<><span className="sp" /><Button icon={<IconCopy size={16} />} onClick={() => void writeText(text ?? "")}>{t("common.copy")}</Button></>}>
      <p className={css.facts}>{t("grid.viewerFacts", { type: column.type, row: count(row + 1), length: count([...(text ?? "")].length) })}</p>
      <pre className={css.viewer} tabIndex={0}>{shown}</pre>
    </Dialog>
  );
}
