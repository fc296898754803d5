import { IconAlertTriangle, IconArrowsMinimize, IconClockX, IconTrashX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TableInfo } from "../../api/types";
import { bytes } from "../../lib/format";
import { Button, EmptyState } from "../../ui";
import css from "./Files.module.css";
import { LevelKeys } from "./Levels";
import { Buckets, Partitions } from "./Parts";
import type { TableName } from "./queries";
import { type Pending, RunStatement } from "./RunStatement";
import { call, tableArgument } from "./statement";
import { crowdedFiles, partitionSums, topOf, unbucketed } from "./storage";

const SHOWN = 200;

/** The live files as partition > bucket > level, and what keeps them few. */
export function Files({ name, table }: { readonly name: TableName; readonly table: TableInfo }) {
  const { t } = useTranslation();
  const [pending, setPending] = useState<Pending | null>(null);
  const own = tableArgument(name.database, name.table, name.branch);
  const partitions = partitionSums(table.storage ?? []);
  const small = partitions.reduce((sum, partition) => sum + crowdedFiles(partition), 0);
  const keyed = (table.primaryKeys ?? []).length > 0;
  const top = topOf(table.storage ?? [], keyed);
  const widest = Math.max(1, ...partitions.flatMap((partition) => partition.buckets.map((bucket) => bucket.bytes)));
  const compact = () => setPending({ title: t("explorer.doCompact"), note: t("explorer.compactNote", { files: t("explorer.files", { count: table.files ?? 0 }), size: bytes(table.bytes ?? 0) }), statement: call("compact", { table: own }), dry: call("compact", { table: own, dry_run: true }), joins: true });
  const expire = () => setPending({ title: t("explorer.doExpire"), danger: true, note: t("explorer.expireNote"), statement: call("expire_snapshots", { table: own }), dry: call("expire_snapshots", { table: own, dry_run: true }) });
  const orphans = () => setPending({ title: t("explorer.doOrphans"), danger: true, note: t("explorer.orphansNote"), statement: call("remove_orphan_files", { table: own }), dry: call("remove_orphan_files", { table: own, dry_run: true }) });
  return (
    <div className={css.stack}>
      <div className={css.bar}>
        <Button icon={<IconArrowsMinimize size={16} />} disabled={partitions.length === 0} onClick={compact}>{t("explorer.doCompact")}…</Button>
        <Button icon={<IconClockX size={16} />} onClick={expire}>{t("explorer.doExpire")}…</Button>
        <Button icon={<IconTrashX size={16} />} onClick={orphans}>{t("explorer.doOrphans")}…</Button>
      </div>
      {small > 0 && <p className={css.warn}><IconAlertTriangle size={16} aria-hidden />{t("explorer.smallFiles", { count: small })}<Button size="sm" onClick={compact}>{t("explorer.doCompact")}…</Button></p>}
      {partitions.length === 0 && <EmptyState>{t("explorer.noFiles")}</EmptyState>}
      {partitions.length > 0 && <LevelKeys storage={table.storage ?? []} keyed={keyed} />}
      {unbucketed(table) ? <Partitions partitions={partitions.slice(0, SHOWN)} widest={widest} /> : <Buckets partitions={partitions.slice(0, SHOWN)} top={top} widest={widest} />}
      {partitions.length > SHOWN && <p className="t3">{t("explorer.morePartitions", { count: partitions.length - SHOWN })}</p>}
      <RunStatement pending={pending} onClose={() => setPending(null)} />
    </div>
  );
}
