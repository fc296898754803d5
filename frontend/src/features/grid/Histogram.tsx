import type { ColumnProfile } from "../../api/types";

type Bins = NonNullable<ColumnProfile["bins"]>;

interface Props {
  readonly bins: Bins;
  readonly on?: boolean;
  readonly label: string;
  readonly height?: number;
  /** The bin that holds the selected value. */
  readonly marked?: number;
}

/** Twelve bars with a gap of one pixel, scaled to the largest. */
export function Histogram({ bins, on = false, label, height = 22, marked = -1 }: Props) {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const width = 1200;
  // A single value must not look like a wall.
  const pitch = width / Math.max(bins.length, 4);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width="100%" height={height} preserveAspectRatio="none" role="img" aria-label={label} shapeRendering="crispEdges">
      {bins.map((bin, i) => {
        const tall = bin.count === 0 ? 0 : Math.max(1.5, (bin.count / most) * height);
        return (
          <rect key={i} x={i * pitch} y={height - tall} width={Math.max(1, pitch - 10)} height={tall} fill={on || i === marked ? "var(--hist-on)" : "var(--hist)"}>
            <title>{`${bin.label}: ${bin.count}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
