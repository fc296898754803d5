import { useTranslation } from "react-i18next";
import type { StoragePart } from "../../api/types";
import { bytes } from "../../lib/format";
import css from "./History.module.css";
import { type BucketSum, bucketsOf, toneOfLevel, topOf } from "./storage";

/** One bar a bucket, cut by level. */
export function LevelBar({ bucket, top, widest }: { readonly bucket: BucketSum; readonly top: number; readonly widest: number }) {
  const { t } = useTranslation();
  return (
    <span className={css.levels} style={{ width: `${Math.max(4, (bucket.bytes / widest) * 100)}%` }}>
      {bucket.levels.map((level) => (
        <i key={level.level} style={{ background: toneOfLevel(level.level, top), flexGrow: level.bytes }} title={t("explorer.levelOf", { level: level.level, files: t("explorer.files", { count: level.files }), size: bytes(level.bytes) })} />
      ))}
    </span>
  );
}

/** What the colours of the levels mean; nothing for a table that has no levels. */
export function LevelKeys({ storage, keyed }: { readonly storage: readonly StoragePart[]; readonly keyed: boolean }) {
  const { t } = useTranslation();
  const there = new Set(storage.map((part) => part.level));
  const top = topOf(storage, keyed);
  if (top < 0) return null;
  const between = [...there].some((level) => level > 0 && level < top);
  return (
    <div className={css.levelKeys}>
      {there.has(0) && <span><i style={{ background: toneOfLevel(0, top) }} />{t("explorer.level", { level: 0 })}</span>}
      {between && <span><i style={{ background: toneOfLevel(1, top) }} />{t("explorer.levelsTo", { level: top - 1 })}</span>}
      {top > 0 && <span><i style={{ background: toneOfLevel(top, top) }} />{t("explorer.level", { level: top })}</span>}
    </div>
  );
}

const SHOWN = 16;

/** The live files by bucket and level. */
export function Levels({ storage, keyed }: { readonly storage: readonly StoragePart[]; readonly keyed: boolean }) {
  const { t } = useTranslation();
  const buckets = bucketsOf(storage);
  const top = topOf(storage, keyed);
  const widest = Math.max(1, ...buckets.map((bucket) => bucket.bytes));
  return (
    <>
      {buckets.slice(0, SHOWN).map((bucket) => (
        <div key={bucket.bucket} className={css.bucket}><span className="t2">{t("explorer.bucket", { bucket: bucket.bucket })}</span><LevelBar bucket={bucket} top={top} widest={widest} /></div>
      ))}
      {buckets.length > SHOWN && <p className="t3">{t("explorer.moreBuckets", { count: buckets.length - SHOWN })}</p>}
      <LevelKeys storage={storage} keyed={keyed} />
    </>
  );
}
