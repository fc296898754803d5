import type { Drawing, Option } from "../drawing";
import { compact, format, named } from "../format";
import { fitText, textWidth } from "../measure";
import type { Shape } from "../shape";
import type { ChartTable, DonutSpec, Env } from "../spec";
import { totals } from "../table";
import { fontUI, palette } from "../theme";
import { textIn, word } from "../words";

/** Slices beyond the fifth are one, called Other. */
const maxSlices = 5;
/** Height of a name in the list beneath a small ring. */
const row = 20;

/** Shares of a whole: one hue from dark to light in order of size. */
export function donut(table: ChartTable, spec: DonutSpec, env: Env): Drawing {
  const p = palette(env.theme);
  const slices = ranked(table, spec, env);
  const total = slices.reduce((a, s) => a + s.value, 0);
  const percents = largestRemainder(slices.map((s) => s.value), total);
  const names = Math.max(0, ...slices.map((s) => textWidth(s.name, 12)), textWidth("00.0%", 13, 600));
  // Names stand around the ring; where that leaves no ring to speak of, they are a list beneath it.
  const around = Math.min(96, env.width / 2 - names - 30, env.height / 2 - 44);
  const listed = around < 56 && env.height >= 220;
  const foot = listed ? slices.length * row + 12 : 0;
  const radius = Math.max(36, listed ? Math.min(80, env.width / 2 - 24, (env.height - foot) / 2 - 8) : around);
  const ramp = p.ramps.blue;
  const steps = env.theme === "dark" ? [6, 4, 3, 2, 1, 1] : [6, 4, 3, 2, 1, 1];
  const color = (s: Slice, i: number): string => (s.other ? p.other : (ramp[steps[i] ?? 1] ?? p.other));
  const cx = env.width / 2;
  const cy = (env.height - foot) / 2;
  const option: Option = {
    animation: false,
    series: [{
      type: "pie",
      radius: [spec.kind === "pie" ? 0 : Math.round(radius * 0.7), radius],
      center: ["50%", listed ? Math.round(cy) : "50%"],
      startAngle: 70,
      minAngle: 4,
      avoidLabelOverlap: true,
      data: slices.map((s, i) => ({ name: s.name, value: s.value, itemStyle: { color: color(s, i) } })),
      label: {
        show: !listed,
        formatter: named(`slice ${percents.join(" ")}`, (q: { name: string; dataIndex: number }) => `{n|${q.name}}\n{v|${percents[q.dataIndex] ?? ""}%}`),
        rich: {
          n: { color: p.text2, fontSize: 12, lineHeight: 16, fontFamily: fontUI },
          v: { color: p.text1, fontSize: 13, fontWeight: 600, lineHeight: 16, fontFamily: fontUI },
        },
        alignTo: "none", overflow: "none", bleedMargin: 0, distanceToLabelLine: 4,
      },
      labelLine: { show: !listed, length: 12, length2: 6, maxSurfaceAngle: 80, lineStyle: { color: p.control, width: 1 } },
    }],
  };
  const middle = spec.format === "cny" ? format("cny", total, env.language) : compact(total, env.language);
  const shapes: Shape[] = spec.kind === "pie" ? [] : [
    { type: "text", x: cx, y: cy + 2, text: middle, size: textWidth(middle, 20, 600) > radius * 1.4 - 12 ? 16 : 20, weight: 600, fill: p.text1, anchor: "middle" },
    { type: "text", x: cx, y: cy + 21, text: textIn(spec.total, env.language), size: 12, fill: p.text3, anchor: "middle" },
  ];
  if (listed) slices.forEach((s, i) => shapes.push(...listRow(s.name, `${percents[i] ?? ""}%`, color(s, i), env.height - foot + i * row, env)));
  return {
    width: env.width, height: env.height, shapes,
    charts: [{ x: 0, y: 0, width: env.width, height: env.height, option, hover: { trigger: "item", axis: "text", series: [{ name: textIn(spec.total, env.language), format: spec.format ?? "count" }] } }],
  };
}

/** A slice's name and share where they do not stand at the ring. */
function listRow(name: string, share: string, fill: string, y: number, env: Env): Shape[] {
  const p = palette(env.theme);
  const width = Math.min(220, env.width - 32);
  const x = (env.width - width) / 2;
  return [
    { type: "rect", x, y: y + 6, width: 8, height: 8, radius: 2, fill },
    { type: "text", x: x + 16, y: y + 14, text: fitText(name, width - 72, 12), size: 12, fill: p.text2 },
    { type: "text", x: x + width, y: y + 14, text: share, size: 12, weight: 600, fill: p.text1, anchor: "end" },
  ];
}

interface Slice {
  readonly name: string;
  readonly value: number;
  readonly other?: boolean;
}

function ranked(table: ChartTable, spec: DonutSpec, env: Env): Slice[] {
  const all = totals(table, spec.name, spec.value)
    .map(({ name: raw, value }): Slice => ({ name: raw === null || raw === "" ? word(env.language, "unknown") : textIn(spec.labels?.[raw], env.language) || raw, value }))
    .filter((s) => s.value > 0)
    .sort((a, b) => b.value - a.value);
  if (all.length <= maxSlices) return all;
  const rest = all.slice(maxSlices - 1);
  return [...all.slice(0, maxSlices - 1), { name: word(env.language, "other"), value: rest.reduce((a, s) => a + s.value, 0), other: true }];
}

/** Shares to one decimal that add up to 100. */
export function largestRemainder(values: readonly number[], total: number): string[] {
  if (total <= 0) return values.map(() => "0.0");
  const exact = values.map((v) => (1000 * v) / total);
  const floor = exact.map(Math.floor);
  const left = 1000 - floor.reduce((a, v) => a + v, 0);
  const order = exact.map((v, i) => [v - (floor[i] ?? 0), i] as const).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  for (const [, i] of order.slice(0, left)) floor[i] = (floor[i] ?? 0) + 1;
  return floor.map((v) => (v / 10).toFixed(1));
}
