import type { StoragePart, TableInfo } from "../../api/types";

export interface LevelSum {
  readonly level: number;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface BucketSum {
  readonly bucket: number;
  readonly bytes: number;
  readonly files: number;
  readonly small: number;
  readonly levels: readonly LevelSum[];
}

export interface PartitionSum {
  readonly partition: string;
  readonly bytes: number;
  readonly files: number;
  readonly rows: number;
  readonly buckets: readonly BucketSum[];
}

const total = (parts: readonly StoragePart[], what: "bytes" | "files" | "rows" | "small") => parts.reduce((sum, part) => sum + part[what], 0);

function groups<K>(parts: readonly StoragePart[], key: (part: StoragePart) => K): readonly (readonly [K, readonly StoragePart[]])[] {
  const out = new Map<K, StoragePart[]>();
  for (const part of parts) {
    const group = out.get(key(part));
    if (group) group.push(part);
    else out.set(key(part), [part]);
  }
  return [...out];
}

function bucketSums(parts: readonly StoragePart[]): BucketSum[] {
  return groups(parts, (part) => part.bucket)
    .map(([bucket, own]) => ({
      bucket, bytes: total(own, "bytes"), files: total(own, "files"), small: total(own, "small"),
      levels: groups(own, (part) => part.level).map(([level, files]) => ({ level, files: total(files, "files"), rows: total(files, "rows"), bytes: total(files, "bytes") })).sort((a, b) => a.level - b.level),
    }))
    .sort((a, b) => a.bucket - b.bucket);
}

/** partitionSums is the live files as partition > bucket > level. */
export function partitionSums(parts: readonly StoragePart[]): PartitionSum[] {
  return groups(parts, (part) => part.partition)
    .map(([partition, own]) => ({ partition, bytes: total(own, "bytes"), files: total(own, "files"), rows: total(own, "rows"), buckets: bucketSums(own) }))
    .sort((a, b) => (a.partition < b.partition ? -1 : 1));
}

/** bucketsOf is the buckets of all partitions together. */
export function bucketsOf(parts: readonly StoragePart[]): BucketSum[] {
  return bucketSums(parts);
}

/** unbucketed: an append table without bucket keys keeps its files by partition only. */
export function unbucketed(table: Pick<TableInfo, "primaryKeys" | "buckets">): boolean {
  return (table.primaryKeys ?? []).length === 0 && (table.buckets ?? -1) < 0;
}

/** topOf is the highest level of a primary-key table's files; an append table has no levels, which is -1. */
export function topOf(parts: readonly StoragePart[], keyed: boolean): number {
  return keyed ? Math.max(0, ...parts.map((part) => part.level)) : -1;
}

/** toneOfLevel: 0 waits to be compacted, the highest is settled. */
export function toneOfLevel(level: number, top: number): string {
  if (level === 0 && top >= 0) return "var(--c2)";
  return level >= top ? "var(--c1)" : "color-mix(in srgb, var(--c1) 45%, transparent)";
}

/** crowdedFiles are the small files of a partition that a compaction would join. */
export function crowdedFiles({ buckets }: PartitionSum): number {
  return buckets.filter(crowded).reduce((sum, bucket) => sum + bucket.small, 0);
}

/** crowded tells that a bucket has several files that a compaction would join. */
export function crowded(bucket: BucketSum): boolean {
  return bucket.small > 1;
}
