import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SnapshotInfo, TableRef } from "../../api/types";
import { moment, short } from "../../lib/format";
import { cx } from "../../ui";
import css from "./Timeline.module.css";
import { FILL, GUTTER, HEIGHT, cut, kindText, labelled, layout, sides } from "./timeline";

/** Room beside a handle in sight, for its label, in pixels. */
const MARGIN = 48;

interface Handle {
  readonly letter: string;
  readonly label: string;
  readonly at: number;
  readonly onMove: (at: number) => void;
}

interface HandleProps {
  readonly handle: Handle;
  readonly steps: number;
  readonly pitch: number;
  readonly text: string;
}

/** keepInView scrolls the time line so that a handle is seen, beside the scale that covers its left. */
function keepInView(mark: HTMLElement | null) {
  const box = mark?.closest("[role=region]");
  if (!mark || !box) return;
  const [at, room] = [mark.getBoundingClientRect(), box.getBoundingClientRect()];
  const [left, right] = [room.left + GUTTER - at.left + MARGIN, at.right - room.right + MARGIN];
  if (left > 0) box.scrollLeft -= left;
  else if (right > 0) box.scrollLeft += right;
}

/** A handle under the bars: a slider of one step a snapshot. */
function HandleOf({ handle, steps, pitch, text }: HandleProps) {
  const mark = useRef<HTMLElement>(null);
  useEffect(() => { keepInView(mark.current); }, [handle.at, steps, pitch]);
  // The thumb of a slider stays inside it: it is as wide as a step, so its middle is the step's.
  return (
    <>
      <input
        type="range" className={css.range} style={{ width: steps * pitch, "--pitch": `${pitch}px` } as React.CSSProperties} min={0} max={Math.max(1, steps - 1)} step={1} value={handle.at}
        aria-label={handle.label} aria-valuetext={text} disabled={steps < 2} onChange={(event) => handle.onMove(Math.min(steps - 1, Number(event.target.value)))}
      />
      <b ref={mark} className={css.handle} style={{ left: handle.at * pitch + pitch / 2 }} aria-hidden>{handle.letter}</b>
    </>
  );
}

/** useWidth measures an element, now and whenever it changes. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    setWidth(element.clientWidth);
    if (typeof ResizeObserver === "undefined") return;
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return { box, width };
}

const LABEL = 96;
const FLAG = 92;
/** Room between a flag and its name, and behind the name. */
const [GAP, AFTER] = [9, 6];

interface Props {
  readonly label: string;
  /** Oldest first. */
  readonly snapshots: readonly SnapshotInfo[];
  readonly tags: readonly TableRef[];
  /** Older snapshots that are not there any more. */
  readonly expired: number;
  readonly handles: readonly Handle[];
  readonly onPick: (at: number) => void;
}

/** Rows that came and went with each snapshot, tags as flags, and the handles that choose moments. */
export function Timeline({ label, snapshots, tags, expired, handles, onPick }: Props) {
  const hatch = useId();
  const { t } = useTranslation();
  const { box, width: room } = useWidth();
  const title = (snapshot: SnapshotInfo) => `#${snapshot.id} ${kindText(snapshot.kind, t)} ${(snapshot.deltaRows ?? 0) > 0 ? "+" : ""}${short(snapshot.deltaRows ?? 0)}, ${moment(snapshot.at, true)}`;
  const { pitch, bar, width, start, zero, lines, bars } = layout(snapshots, room, expired, title);
  const at = handles.map((handle) => handle.at);
  const [low, high] = [Math.min(...at), Math.max(...at)];
  const middle = (i: number) => i * pitch + pitch / 2;
  const flags = snapshots.flatMap(({ id }, i) => {
    const names = tags.filter((tag) => tag.snapshot === id).map((tag) => tag.name);
    return names.length > 0 ? [{ i, names: names.join(", ") }] : [];
  });
  const placed = sides(flags.map(({ i }) => start + middle(i)), start, width, FLAG);
  const day = (i: number) => moment(snapshots[i]?.at ?? "");
  const near = handles.length > 1 && (high - low) * pitch < 2 * LABEL;
  const close = low !== high && (high - low) * pitch < LABEL / 2;
  const edge = (i: number) => (middle(i) < LABEL / 2 ? css.fromLeft : width - start - middle(i) < LABEL ? css.fromRight : undefined);
  return (
    <div ref={box} className={css.timeline} tabIndex={0} role="region" aria-label={label}>
      <div className={css.inner} style={{ width }}>
        <div className={css.scale} aria-hidden>
          <svg width={GUTTER} height={HEIGHT}>
            {[...lines, { y: zero, rows: 0 }].map(({ y, rows }) => <text key={rows} x={GUTTER - 8} y={y + 4} textAnchor="end">{short(rows)}</text>)}
          </svg>
        </div>
        <svg width={width} height={HEIGHT} aria-hidden>
          {expired > 0 && (
            <g className={css.expired}>
              <pattern id={hatch} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1={0} x2={0} y1={0} y2={6} /></pattern>
              <rect x={GUTTER} y={0} width={start - GUTTER} height={HEIGHT} fill={`url(#${hatch})`} />
              <text x={(GUTTER + start) / 2} y={zero - 16} textAnchor="middle">{t("explorer.expired", { count: expired })}</text>
              <title>{t("explorer.expiredNote", { last: expired })}</title>
            </g>
          )}
          {handles.length > 1 && low !== high && <rect x={start + (low + 1) * pitch} y={0} width={(high - low) * pitch} height={HEIGHT} fill="var(--accent-soft)" />}
          {lines.map(({ y, rows }) => (
            <line key={rows} x1={GUTTER} x2={width} y1={y + 0.5} y2={y + 0.5} stroke="var(--gridline)" />
          ))}
          {bars.map((own, i) => (
            <g key={own.id} className={cx(css.bar, (handles.length > 1 ? i > low && i <= high : i === high) && css.inside)} onClick={() => onPick(i)}>
              <rect x={start + i * pitch} y={0} width={pitch} height={HEIGHT} fill="transparent" />
              <rect x={own.x} y={own.y} width={bar} height={own.height} rx={own.height === 8 ? 2 : 0} fill={FILL[own.tone]} />
              <title>{own.title}</title>
            </g>
          ))}
          <line x1={GUTTER} x2={width} y1={zero + 0.5} y2={zero + 0.5} stroke="var(--border-control)" />
          {flags.map(({ i, names }, n) => {
            const x = start + middle(i);
            const [side, next] = [placed[n], flags[n + 1]];
            return (
              <g key={i} className={css.flag}>
                <line x1={x} x2={x} y1={12} y2={(bars[i]?.y ?? zero)} strokeDasharray="2 2" />
                <path d={`M${x - 4} 2h8v11l-4 -3l-4 3z`} />
                {side && <text x={side === "right" ? x + GAP : x - GAP} y={12} textAnchor={side === "right" ? "start" : "end"}>{cut(names, (side === "right" ? (next ? start + middle(next.i) : width) - x : FLAG) - GAP - AFTER)}</text>}
                <title>{names}</title>
              </g>
            );
          })}
        </svg>
        <div className={css.track} style={{ left: start, width: snapshots.length * pitch }}>
          {snapshots.map(({ id }, i) => <s key={id} style={{ left: middle(i) }} />)}
          <i style={{ left: middle(low), width: (high - low) * pitch }} />
          {handles.map((handle) => <HandleOf key={handle.letter} handle={handle} steps={snapshots.length} pitch={pitch} text={`#${snapshots[handle.at]?.id ?? ""} ${day(handle.at)}`} />)}
        </div>
        <div className={css.labels} style={{ left: start }} aria-hidden>
          {labelled(snapshots.length, pitch, at, LABEL).map((i) => <span key={i} style={{ left: middle(i) }}>{`#${snapshots[i]?.id ?? ""}`}</span>)}
          {close ? <span className={edge((low + high) / 2)} style={{ left: middle((low + high) / 2) }}><b>#{snapshots[low]?.id}</b> → <b>#{snapshots[high]?.id}</b></span> : [...new Set(at)].map((i) => {
            const side = near && low !== high ? (i === low ? css.before : (edge(i) ?? css.after)) : edge(i);
            return <span key={`at${i}`} className={side} style={{ left: middle(i) }}><b>#{snapshots[i]?.id}</b>{near ? "" : ` ${day(i).slice(5)}`}</span>;
          })}
        </div>
      </div>
    </div>
  );
}
