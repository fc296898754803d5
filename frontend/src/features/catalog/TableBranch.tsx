import { IconAlertCircle, IconChevronDown, IconChevronRight, IconEyeSpark } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTable } from "../../api/queries";
import type { TableEntry } from "../../api/types";
import { openDocument, useNavigation } from "../../lib/navigation";
import css from "./Tree.module.css";
import { TreeRow } from "./TreeRow";
import { TypeIcon } from "../grid";

/** A table in the tree, loose when it is of no layer; its columns are read when it unfolds. */
export function TableBranch({ database, table, loose }: { readonly database: string; readonly table: TableEntry; readonly loose: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const name = `${database}.${table.name}`;
  const selected = useNavigation((nav) => nav.active === `table/${name}`);
  const info = useTable(database, table.name, open);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <>
      <TreeRow
        level={loose ? 2 : 3} kind={loose ? "loose" : "table"} selected={selected} expanded={open} bad={table.problem !== undefined} title={table.problem?.message ?? table.name}
        onOpen={() => openDocument({ kind: "table", name, title: table.name })} onExpand={setOpen}
      >
        <span className={css.chev} onClick={(event) => { event.stopPropagation(); setOpen(!open); }}><Chevron size={14} aria-hidden /></span>
        {table.problem && <IconAlertCircle size={14} aria-hidden />}
        <span className="ell">{table.name}</span>
        {table.kind === "view" && <IconEyeSpark size={14} aria-label={t("catalog.view")} />}
      </TreeRow>
      {open && info.data?.columns.map((column) => (
        <TreeRow key={column.name} level={loose ? 3 : 4} kind="column" title={`${column.name} ${column.type}`}>
          <TypeIcon kind={column.kind} />
          <span className="ell">{column.name}</span>
          <span className={`${css.type} ell`}>{column.type}</span>
        </TreeRow>
      ))}
      {open && info.isError && <div className={css.note}>{t("catalog.columnsFailed")}</div>}
    </>
  );
}
