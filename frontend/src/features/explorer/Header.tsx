import { IconClock, IconKey, IconTerminal2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TableInfo } from "../../api/types";
import { bytes, count, moment } from "../../lib/format";
import { Button, Chip } from "../../ui";
import { LayerMark, layerOf } from "../catalog";
import css from "./Page.module.css";

const SHOWN_OPTIONS = ["bucket", "file.format", "file.compression", "merge-engine"];

/** The table's name and its facts: keys, format, rows, size, files, newest snapshot. */
export function Header({ table, onQuery }: { readonly table: TableInfo; readonly onQuery: () => void }) {
  const { t } = useTranslation();
  const options = Object.entries(table.options ?? {}).filter(([name]) => SHOWN_OPTIONS.includes(name));
  return (
    <>
      <div className={css.line1}>
        <span className="t3">{table.database}</span>
        <span className="t3">/</span>
        <LayerMark layer={layerOf(table.name)} letters={false} />
        <h1 className={`${css.title} ell`}>{table.name}</h1>
        {table.kind === "view" && <Chip>{t("catalog.view")}</Chip>}
        <span className="sp" />
        <Button kind="primary" icon={<IconTerminal2 size={16} />} onClick={onQuery}>{t("explorer.query")}</Button>
      </div>
      <div className={css.line2}>
        {table.primaryKeys?.map((key) => <Chip key={key} tone="line"><IconKey size={12} aria-hidden />{key}</Chip>)}
        {table.partitionKeys?.map((key) => <Chip key={key} tone="line"><span className="t3">{t("explorer.partition")}</span>{key}</Chip>)}
        {options.map(([name, value]) => <Chip key={name} tone="line"><span className="t3">{name.replace(/^file\./, "")}</span>{value}</Chip>)}
        {options.length > 0 && table.rows !== undefined && <span className={css.rule} />}
        {table.rows !== undefined && <span className={css.fact}>{t("explorer.rows", { count: table.rows, shown: count(table.rows) })}</span>}
        {table.bytes !== undefined && <span className={css.fact}>{bytes(table.bytes)}</span>}
        {table.files !== undefined && <span className={css.fact}>{t("explorer.files", { count: table.files })}</span>}
        {table.snapshot !== undefined && table.snapshot > 0 && (
          <Chip mono title={table.snapshotAt ? moment(table.snapshotAt, true) : ""}><IconClock size={12} aria-hidden />@{table.snapshot}{table.snapshotAt ? ` ${moment(table.snapshotAt)}` : ""}</Chip>
        )}
      </div>
    </>
  );
}
