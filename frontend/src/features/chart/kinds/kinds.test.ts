import { describe, expect, test } from "vitest";
import { draw } from "../draw";
import type { TextShape } from "../shape";
import type { ChartSpec, ChartTable, Env, Value } from "../spec";
import { UnknownColumn } from "../table";
import { inkOn, palette } from "../theme";
import { cohorts, weightedAverage } from "./cohort";
import { largestRemainder } from "./donut";
import { kpiValue } from "./kpi";
import { quantiles } from "./map";

const env: Env = { theme: "light", language: "en", width: 600, height: 300 };
const table = (columns: Record<string, Value[]>): ChartTable => ({
  columns: Object.entries(columns).map(([name, values]) => ({ name, values, kind: typeof values[0] === "number" ? "number" : "text" })),
  rows: Object.values(columns)[0]?.length ?? 0,
});
const dates = (n: number): string[] => Array.from({ length: n }, (_, i) => new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10));

describe("cohort", () => {
  const t = table({ c: ["2026-01-01", "2026-01-01", "2026-01-02", "2026-01-02", "2026-01-03"], d: [0, 2, 0, 1, 0], n: [100, 40, 300, 90, 50] });
  const all = cohorts(t, { kind: "cohort", cohort: "c", day: "d", users: "n", days: 3 });

  test("a day within the data without a row is 0, a day after it unknown", () => {
    expect(all.map((c) => c.rates)).toEqual([[1, 0, 0.4, null], [1, 0.3, null, null], [1, null, null, null]]);
  });

  test("the average weighs by size and leaves out who does not know the day", () => {
    expect(weightedAverage(all, 3)).toEqual([1, 90 / 400, 0.4, null]);
  });
});

describe("kpi", () => {
  const spec = { kind: "kpi", x: "dt", value: { column: "v", format: "count" }, aggregate: "mean" } as const;

  test("compares with the days before the period where the data has them", () => {
    const k = kpiValue(table({ dt: dates(20), v: [...Array<number>(10).fill(100), ...Array<number>(10).fill(110)] }), spec, { ...env, from: "2026-01-11", to: "2026-01-20" });
    expect(k).toMatchObject({ value: 110, against: "previous", days: 10 });
    expect(k.change).toBeCloseTo(10);
  });

  test("else compares the last week with the week before", () => {
    const k = kpiValue(table({ dt: dates(14), v: [...Array<number>(7).fill(100), ...Array<number>(7).fill(95)] }), spec, { ...env, from: "2026-01-01", to: "2026-01-14" });
    expect(k).toMatchObject({ against: "trailing", days: 7 });
    expect(k.change).toBeCloseTo(-5);
  });

  test("a share changes in points, and incomplete days count nowhere", () => {
    const share = { kind: "kpi", x: "dt", value: { column: "v", format: "ratio" }, of: "w", aggregate: "share" } as const;
    const v = [...Array<number>(7).fill(40), ...Array<number>(7).fill(42), null, null];
    const k = kpiValue(table({ dt: dates(16), v, w: Array<number>(16).fill(100) }), share, { ...env, from: "2026-01-01", to: "2026-01-16" });
    expect(k.value).toBeCloseTo(0.41);
    expect(k.change).toBeCloseTo(2);
    expect(k.line).toHaveLength(14);
  });

  test("a day of several rows is one day", () => {
    const days = dates(14);
    const k = kpiValue(table({ dt: [...days, ...days], v: [...Array<number>(7).fill(40), ...Array<number>(7).fill(50), ...Array<number>(7).fill(60), ...Array<number>(7).fill(60)] }), { ...spec, aggregate: "sum" }, env);
    expect(k).toMatchObject({ value: 1470, against: "trailing" });
    expect(k.change).toBeCloseTo(10);
    expect(k.line).toEqual([...Array<number>(7).fill(100), ...Array<number>(7).fill(110)]);
  });

  test("nothing complete is a dash with a reason, never zero", () => {
    const t = table({ dt: dates(2), v: [null, null] });
    const d = draw(t, { kind: "kpi", x: "dt", value: { column: "v", format: "ratio" } }, { ...env, width: 270, height: 88 }, "D7");
    const texts = d.shapes.filter((s): s is TextShape => s.type === "text").map((s) => s.text);
    expect(texts).toEqual(["D7", "–", "no complete day yet"]);
  });
});

describe("line", () => {
  test("null stays a gap, and a missing day becomes one", () => {
    const d = draw(table({ dt: ["2026-01-01", "2026-01-02", "2026-01-05"], v: [1, null, 3] }), { kind: "line", x: "dt", y: "v" }, env);
    const series = (d.charts[0]?.option["series"] as { data: unknown[]; connectNulls: boolean }[])[0];
    expect(series?.connectNulls).toBe(false);
    expect(series?.data).toEqual([[Date.UTC(2026, 0, 1), 1], [Date.UTC(2026, 0, 2), null], [Date.UTC(2026, 0, 3), null], [Date.UTC(2026, 0, 5), 3]]);
  });

  test("a column that is not in the result names what is", () => {
    expect(() => draw(table({ dt: dates(1), d1: [1] }), { kind: "line", x: "dt", y: "d7" }, env)).toThrow(UnknownColumn);
  });
});

test("a combo has two grids and two y axes that do not share one", () => {
  const d = draw(table({ dt: dates(3), a: [1, 2, 3], b: [1, 2, 3] }), { kind: "combo", x: "dt", upper: { column: "a" }, lower: { column: "b" } }, env);
  const option = d.charts[0]?.option as { grid: unknown[]; yAxis: { gridIndex: number }[] };
  expect(option.grid).toHaveLength(2);
  expect(option.yAxis.map((y) => y.gridIndex)).toEqual([0, 1]);
});

test("shares add up to 100", () => {
  const shares = largestRemainder([1, 1, 1], 3);
  expect(shares).toEqual(["33.4", "33.3", "33.3"]);
});

test("six slices become four and Other", () => {
  const d = draw(table({ n: ["a", "b", "c", "d", "e", "f"], v: [6, 5, 4, 3, 2, 1] }), { kind: "donut", name: "n", value: "v" }, env);
  const data = (d.charts[0]?.option["series"] as { data: { name: string; value: number }[] }[])[0]?.data;
  expect(data?.map((s) => [s.name, s.value])).toEqual([["a", 6], ["b", 5], ["c", 4], ["d", 3], ["Other", 3]]);
});

test("quantiles put the same number into each class", () => {
  const values = Array.from({ length: 28 }, (_, i) => i + 1);
  const q = quantiles(values, palette("light").ramps.blue, "quantile");
  const counts = new Map<string, number>();
  for (const v of values) counts.set(q.color(v), (counts.get(q.color(v)) ?? 0) + 1);
  expect([...counts.values()]).toEqual([4, 4, 4, 4, 4, 4, 4]);
});

test("ink on every ramp step reads", () => {
  const l = (hex: string): number => {
    const [r, g, b] = [1, 3, 5].map((i) => { const x = parseInt(hex.slice(i, i + 2), 16) / 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
  };
  for (const theme of ["light", "dark"] as const) {
    for (const ramp of Object.values(palette(theme).ramps)) {
      for (const fill of ramp) {
        const [a, b] = [l(fill), l(inkOn(fill))].sort((x, y) => y - x);
        expect(((a ?? 0) + 0.05) / ((b ?? 0) + 0.05)).toBeGreaterThanOrEqual(4.5);
      }
    }
  }
});

describe("rows of one name", () => {
  const t = table({ os: ["iOS", "PC", "iOS"], n: [1, 5, 6] });
  const written = (spec: ChartSpec): string[] => draw(t, spec, env).shapes.filter((s): s is TextShape => s.type === "text").map((s) => s.text);

  test("are one line of a list", () => expect(written({ kind: "list", name: "os", value: "n" })).toEqual(["os", "n", "iOS", "7", "PC", "5"]));

  test("are one slice", () => {
    const option = draw(t, { kind: "donut", name: "os", value: "n" }, env).charts[0]?.option as { series: { data: { name: string; value: number }[] }[] };
    expect(option.series[0]?.data.map((s) => [s.name, s.value])).toEqual([["iOS", 7], ["PC", 5]]);
  });
});

test("no column of a table that has room is cut", () => {
  for (const width of [500, 613, 974, 1011.4]) {
    const d = draw(table({ dt: dates(3), os: ["match_start", "login", "x"], n: [3352, 1324, 2] }), { kind: "table" }, { ...env, width });
    expect(d.shapes.filter((s): s is TextShape => s.type === "text").filter((s) => s.text.includes("…"))).toEqual([]);
  }
});
