import { useTranslation } from "react-i18next";
import type { SnapshotInfo, TableRef } from "../../api/types";
import { short } from "../../lib/format";
import { cx } from "../../ui";
import css from "./Timeline.module.css";
import { BAR, DOWN, FILL, GUTTER, HEIGHT, PITCH, UP, ZERO, bars, most } from "./timeline";

interface Handle {
  readonly letter: string;
  readonly label: string;
  readonly at: number;
  readonly onMove: (at: number) => void;
}

/** A handle under the bars: a slider of one step a snapshot. */
function HandleOf({ handle, steps, text }: { readonly handle: Handle; readonly steps: number; readonly text: string }) {
  return (
    <>
      <input
        type="range" className={css.range} style={{ width: steps * PITCH }} min={0} max={Math.max(1, steps - 1)} step={1} value={handle.at} aria-label={handle.label} aria-valuetext={text}
        onChange={(event) => handle.onMove(Math.min(steps - 1, Number(event.target.value)))}
      />
      <b className={css.handle} style={{ left: handle.at * PITCH + PITCH / 2 }} aria-hidden>{handle.letter}</b>
    </>
  );
}

interface Props {
  /** Oldest first. */
  readonly snapshots: readonly SnapshotInfo[];
  readonly tags: readonly TableRef[];
  readonly handles: readonly Handle[];
  readonly onPick: (at: number) => void;
}

/** Rows that came and went with each snapshot, tags as flags, and the handles that choose moments. */
export function Timeline({ snapshots, tags, handles, onPick }: Props) {
  const { t } = useTranslation();
  const drawn = bars(snapshots);
  const width = GUTTER + drawn.length * PITCH;
  const top = short(most(snapshots));
  const down = snapshots.some((snapshot) => (snapshot.deltaRows ?? 0) < 0);
  const at = handles.map((handle) => handle.at);
  const [low, high] = [Math.min(...at), Math.max(...at)];
  const flags = new Map(tags.map((tag) => [tag.snapshot ?? 0, tag.name]));
  return (
    <div className={css.timeline} tabIndex={0} role="region" aria-label={t("explorer.changed")}>
      <div style={{ minWidth: width }}>
        <svg width="100%" style={{ minWidth: width }} height={HEIGHT} role="img" aria-label={t("explorer.changed")}>
          {handles.length > 1 && <rect x={GUTTER + low * PITCH} y={0} width={(high - low + 1) * PITCH} height={HEIGHT - 24} fill="var(--accent-soft)" />}
          <line x1={GUTTER} x2="100%" y1={ZERO - UP + 0.5} y2={ZERO - UP + 0.5} stroke="var(--gridline)" />
          <line x1={GUTTER} x2="100%" y1={ZERO + 0.5} y2={ZERO + 0.5} stroke="var(--border-control)" />
          <text x={GUTTER - 8} y={ZERO - UP + 4} textAnchor="end">{top}</text>
          <text x={GUTTER - 8} y={ZERO + 4} textAnchor="end">0</text>
          {down && <text x={GUTTER - 8} y={ZERO + DOWN + 4} textAnchor="end">{`\u2212${top}`}</text>}
          {drawn.map((bar, i) => (
            <g key={bar.id} className={cx(css.bar, i >= low && i <= high && css.inside)} onClick={() => onPick(i)}>
              <rect x={bar.x - (PITCH - BAR) / 2} y={0} width={PITCH} height={HEIGHT} fill="transparent" />
              <rect x={bar.x} y={bar.y} width={BAR} height={bar.height} rx={bar.tone === "compact" ? 2 : 0} fill={FILL[bar.tone]} />
              {flags.has(bar.id) && <path d={`M${bar.x + BAR / 2} ${ZERO - UP - 12} v${UP + 10} M${bar.x + BAR / 2} ${ZERO - UP - 12} h8 l-2 4 l2 4 h-8`} className={css.flag} />}
              {i % 2 === 0 && <text x={bar.x + BAR / 2} y={HEIGHT - 8} textAnchor="middle">#{bar.id}</text>}
              <title>{flags.has(bar.id) ? `${bar.title} · ${flags.get(bar.id)}` : bar.title}</title>
            </g>
          ))}
        </svg>
        <div className={css.track} style={{ marginLeft: GUTTER, width: snapshots.length * PITCH }}>
          <i style={{ left: low * PITCH + PITCH / 2, width: (high - low) * PITCH }} />
          {handles.map((handle) => <HandleOf key={handle.letter} handle={handle} steps={snapshots.length} text={`#${snapshots[handle.at]?.id ?? ""}`} />)}
        </div>
      </div>
    </div>
  );
}
