import { IconChevronDown, IconChevronRight, IconDatabase } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { useCatalog } from "../../api/queries";
import type { Database } from "../../api/types";
import { Skeleton } from "../../ui";
import { LayerMark } from "./LayerMark";
import { TableBranch } from "./TableBranch";
import { byLayer, matching } from "./tree";
import css from "./Tree.module.css";
import { TreeRow } from "./TreeRow";

function DatabaseBranch({ database, forceOpen }: { readonly database: Database; readonly forceOpen: boolean }) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const set = (key: string) => (open: boolean) => setFolded((before) => { const next = new Set(before); if (open) next.delete(key); else next.add(key); return next; });
  const isOpen = (key: string) => forceOpen || !folded.has(key);
  const chevron = (key: string) => (isOpen(key) ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />);
  return (
    <>
      <TreeRow level={1} kind="database" expanded={isOpen("")} onExpand={set("")}>
        {chevron("")}
        <IconDatabase size={16} aria-hidden />
        <span className="ell">{database.name}</span>
        <span className={css.count}>{database.tables.length}</span>
      </TreeRow>
      {isOpen("") && byLayer(database).map((group) => (
        <div key={group.layer} role="presentation">
          {group.layer !== "" && (
            <TreeRow level={2} kind="layer" expanded={isOpen(group.layer)} onExpand={set(group.layer)}>
              {chevron(group.layer)}
              <LayerMark layer={group.layer} />
              <span className={css.count}>{group.tables.length}</span>
            </TreeRow>
          )}
          {isOpen(group.layer === "" ? "" : group.layer) && group.tables.map((table) => <TableBranch key={table.name} database={database.name} table={table} loose={group.layer === ""} />)}
        </div>
      ))}
    </>
  );
}

/** The lake as a tree: database, layer, table, column. */
export function CatalogTree({ filter }: { readonly filter: string }) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  if (catalog.isPending) return <div className={css.note}><Skeleton rows={4} label={t("common.loading")} /></div>;
  if (catalog.isError) return <div className={css.note} role="alert">{asProblem(catalog.error).message}</div>;
  const shown = matching(catalog.data, filter);
  if (shown.databases.length === 0) return <div className={css.note}>{filter === "" ? t("catalog.noTables") : t("catalog.noMatch")}</div>;
  return (
    <div role="tree" aria-label={t("catalog.title")}>
      {shown.databases.map((database) => <DatabaseBranch key={database.name} database={database} forceOpen={filter !== ""} />)}
    </div>
  );
}
