import { describe, expect, test } from "vitest";
import { draw } from "../draw";
import type { RectShape, TextShape } from "../shape";
import type { ChartTable, Env } from "../spec";
import { labelStep, legendRow, roomFor, spread } from "./labels";

const env: Env = { theme: "light", language: "en", width: 600, height: 300 };

describe("spread", () => {
  test.each([
    ["apart already", [20, 60, 100], [20, 60, 100]],
    ["the lower of two gives way", [50, 52], [50, 66]],
    ["the foot pushes up", [100, 100, 100], [68, 84, 100]],
    ["the top pushes down", [0, 0], [8, 24]],
    ["in the order of heights", [52, 50], [66, 50]],
    ["nothing", [], []],
  ])("%s", (_, wanted, want) => expect(spread(wanted, 8, 100)).toEqual(want));
});

/** Lines that end at the given values after two days. */
function lines(ends: readonly (number | null)[]): ChartTable {
  const rows = ends.flatMap((end, i) => [["2026-01-01", `s${i + 1}`, 50], ["2026-01-02", `s${i + 1}`, end]] as const);
  return { rows: rows.length, columns: ["dt", "s", "v"].map((name, c) => ({ name, kind: c === 2 ? "number" : "text", values: rows.map((r) => r[c] ?? null) })) };
}

describe("the ends of lines", () => {
  const spec = { kind: "line", x: "dt", y: "v", series: "s" } as const;
  const shapes = (ends: readonly (number | null)[], height = env.height) => draw(lines(ends), spec, { ...env, height }).shapes;
  const names = (ends: readonly (number | null)[], height?: number): string[] => shapes(ends, height).filter((s): s is TextShape => s.type === "text").map((s) => s.text).filter((s) => s.startsWith("s"));

  test.each([["all at zero", Array<number>(8).fill(0)], ["one far above many", [1e6, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0]]])("%s: every line is named, over the axis and apart", (_, ends) => {
    const swatches = shapes(ends).filter((s): s is RectShape => s.type === "rect").map((s) => s.y).sort((a, b) => a - b);
    expect(swatches).toHaveLength(ends.length);
    for (const [i, y] of swatches.entries()) {
      if (i > 0) expect(y - (swatches[i - 1] ?? 0)).toBeGreaterThanOrEqual(labelStep);
      expect(y + 4 + labelStep / 2).toBeLessThanOrEqual(env.height - 30);
    }
  });

  test("lines without room beside the plot are named above it", () => {
    const ends = Array.from({ length: 12 }, (_, i) => i);
    const height = 160;
    const beside = roomFor(32, height - 38);
    expect(beside).toBeLessThan(12);
    expect([...names(ends, height)].sort()).toEqual(ends.map((i) => `s${i + 1}`).sort());
    const above = shapes(ends, height).filter((s) => s.type === "rect" && s.y === 8);
    expect(above).toHaveLength(12 - beside);
  });

  test("a line without a value at its last day is named by the last known one", () => expect(shapes([null]).filter((s): s is TextShape => s.type === "text").map((s) => s.text)).toEqual(["s1", "50"]));
});

test("a row without room for all counts the rest and tells their names", () => {
  const shapes = legendRow(Array.from({ length: 30 }, (_, i) => ({ name: `series ${i}`, color: "#000000" })), { ...env, width: 300 });
  const last = shapes.at(-1) as TextShape;
  const shown = shapes.filter((s) => s.type === "rect").length;
  expect(last.text).toBe(`+${30 - shown}`);
  expect(last.tip?.split("\n")).toHaveLength(30 - shown);
  expect(last.x).toBeLessThan(270);
});
