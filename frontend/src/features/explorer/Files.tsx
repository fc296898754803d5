import { IconAlertTriangle, IconArrowsMinimize, IconClockX, IconTrashX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TableInfo } from "../../api/types";
import { bytes, count } from "../../lib/format";
import { Button, Chip, EmptyState } from "../../ui";
import css from "./Files.module.css";
import { LevelBar, LevelKeys } from "./Levels";
import type { TableName } from "./queries";
import { type Pending, RunStatement } from "./RunStatement";
import { call, tableArgument } from "./statement";
import { type BucketSum, crowded, partitionSums, topOf } from "./storage";

const SHOWN = 200;

/** The live files as partition > bucket > level, and what keeps them few. */
export function Files({ name, table }: { readonly name: TableName; readonly table: TableInfo }) {
  const { t } = useTranslation();
  const [pending, setPending] = useState<Pending | null>(null);
  const own = tableArgument(name.database, name.table, name.branch);
  const partitions = partitionSums(table.storage ?? []);
  const small = partitions.reduce((sum, partition) => sum + partition.buckets.filter(crowded).reduce((n, bucket) => n + bucket.small, 0), 0);
  const keyed = (table.primaryKeys ?? []).length > 0;
  const top = topOf(table.storage ?? [], keyed);
  const widest = Math.max(1, ...partitions.flatMap((partition) => partition.buckets.map((bucket) => bucket.bytes)));
  const compact = () => setPending({ title: t("explorer.doCompact"), note: t("explorer.compactNote", { files: t("explorer.files", { count: table.files ?? 0 }), size: bytes(table.bytes ?? 0) }), statement: call("compact", { table: own }) });
  const expire = () => setPending({ title: t("explorer.doExpire"), danger: true, note: t("explorer.expireNote"), statement: call("expire_snapshots", { table: own }), dry: call("expire_snapshots", { table: own, dry_run: true }) });
  const orphans = () => setPending({ title: t("explorer.doOrphans"), danger: true, note: t("explorer.orphansNote"), statement: call("remove_orphan_files", { table: own }), dry: call("remove_orphan_files", { table: own, dry_run: true }) });
  const levelText = (bucket: BucketSum) => (top < 0 ? "" : bucket.levels.map((level) => `L${level.level} \u00d7 ${level.files}`).join("  "));
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
      {partitions.slice(0, SHOWN).map((partition) => (
        <section key={partition.partition} className={css.partition}>
          <header>
            <b className="ell">{partition.partition === "" ? t("explorer.allRows") : partition.partition}</b>
            <span className="t2">{t("explorer.files", { count: partition.files })}</span>
            <span className="t2">{bytes(partition.bytes)}</span>
            <span className="t2">{t("explorer.records", { count: partition.rows, shown: count(partition.rows) })}</span>
            {partition.buckets.some(crowded) && <Chip tone="warn">{t("explorer.small", { count: partition.small })}</Chip>}
          </header>
          {partition.buckets.map((bucket) => (
            <div key={bucket.bucket} className={css.row}>
              <span className="t2">{t("explorer.bucket", { bucket: bucket.bucket })}</span>
              <LevelBar bucket={bucket} top={top} widest={widest} />
              <span className="t3">{levelText(bucket)}</span>
              <span className="t2 num">{t("explorer.files", { count: bucket.files })} · {bytes(bucket.bytes)}</span>
            </div>
          ))}
        </section>
      ))}
      {partitions.length > SHOWN && <p className="t3">{t("explorer.morePartitions", { count: partitions.length - SHOWN })}</p>}
      <RunStatement pending={pending} onClose={() => setPending(null)} />
    </div>
  );
}
