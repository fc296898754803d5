import { useTranslation } from "react-i18next";
import { bytes, count } from "../../lib/format";
import { Chip } from "../../ui";
import css from "./Files.module.css";
import { LevelBar } from "./Levels";
import { type BucketSum, type PartitionSum, crowdedFiles } from "./storage";

interface PartsProps {
  readonly partitions: readonly PartitionSum[];
  /** Bytes of the largest bucket: the longest bar. */
  readonly widest: number;
}

const levelText = (bucket: BucketSum) => bucket.levels.map((level) => `L${level.level}\u00a0\u00d7\u00a0${level.files}`).join(" \u00b7 ");

/** Files as partition > bucket > level; top is the highest level, -1 for a table without levels. */
export function Buckets({ partitions, top, widest }: PartsProps & { readonly top: number }) {
  const { t } = useTranslation();
  return partitions.map((partition) => (
    <section key={partition.partition} className={css.partition}>
      <header>
        <b className="ell">{partition.partition === "" ? t("explorer.allRows") : partition.partition}</b>
        <span className="t2">{t("explorer.files", { count: partition.files })}</span>
        <span className="t2">{bytes(partition.bytes)}</span>
        <span className="t2">{t("explorer.records", { count: partition.rows, shown: count(partition.rows) })}</span>
        {crowdedFiles(partition) > 0 && <Chip tone="warn">{t("explorer.small", { count: crowdedFiles(partition) })}</Chip>}
      </header>
      {partition.buckets.map((bucket) => (
        <div key={bucket.bucket} className={css.row}>
          <span className="t2">{t("explorer.bucket", { bucket: bucket.bucket })}</span>
          <LevelBar bucket={bucket} top={top} widest={widest} />
          <span className="t3 ell" title={top < 0 ? undefined : levelText(bucket)}>{top < 0 ? "" : levelText(bucket)}</span>
          <span className="t2 num">{t("explorer.files", { count: bucket.files })} · {bytes(bucket.bytes)}</span>
        </div>
      ))}
    </section>
  ));
}

/** Files of a table without buckets: one line a partition. */
export function Partitions({ partitions, widest }: PartsProps) {
  const { t } = useTranslation();
  if (partitions.length === 0) return null;
  return (
    <section className={css.partition}>
      {partitions.map((partition) => (
        <div key={partition.partition} className={css.line}>
          <b className="ell" title={partition.partition}>{partition.partition === "" ? t("explorer.allRows") : partition.partition}</b>
          {partition.buckets.map((bucket) => <LevelBar key={bucket.bucket} bucket={bucket} top={-1} widest={widest} />)}
          <span>{crowdedFiles(partition) > 0 && <Chip tone="warn">{t("explorer.small", { count: crowdedFiles(partition) })}</Chip>}</span>
          <span className="t2 num">{t("explorer.rows", { count: partition.rows, shown: count(partition.rows) })}</span>
          <span className="t2 num">{t("explorer.files", { count: partition.files })} · {bytes(partition.bytes)}</span>
        </div>
      ))}
    </section>
  );
}
