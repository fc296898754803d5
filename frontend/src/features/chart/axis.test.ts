import { expect, test } from "vitest";
import { dayMillis, holes, niceScale, timeTicks } from "./axis";
import { fitText, measureText, textWidth } from "./measure";

test.each([
  [[0.418, 0.175], 5, { min: 0, max: 0.5, interval: 0.1 }],
  [[2_600_000], 4, { min: 0, max: 3_000_000, interval: 1_000_000 }],
  [[61_000], 2, { min: 0, max: 80_000, interval: 40_000 }],
  [[-4, 7], 4, { min: -5, max: 10, interval: 5 }],
  [[], 4, { min: 0, max: 1, interval: 1 }],
  [[0, null], 4, { min: 0, max: 1, interval: 1 }],
])("a round scale for %j in %d steps", (values, steps, want) => {
  const s = niceScale(values, steps);
  expect((s.max - s.min) / s.interval).toBeLessThanOrEqual(steps);
  expect(s.max).toBeGreaterThanOrEqual(Math.max(0, ...values.filter((v) => v !== null)));
  if (steps !== 2) expect(s).toEqual(want);
});

const day = (s: string): number => Date.parse(s + "T00:00:00Z");

test("ticks thin out with the room: Mondays, 1st and 15th, months", () => {
  const write = (from: string, to: string, width: number): string[] => {
    const t = timeTicks(day(from), day(to), width, "en");
    return t.values.map(t.label);
  };
  expect(write("2026-10-22", "2026-11-20", 300)).toEqual(["Oct 26", "Nov 2", "Nov 9", "Nov 16"]);
  expect(write("2026-08-23", "2026-11-20", 330)).toEqual(["Sep 1", "Sep 15", "Oct 1", "Oct 15", "Nov 1", "Nov 15"]);
  expect(write("2026-08-23", "2026-11-20", 150)).toEqual(["Sep 1", "Oct 1", "Nov 1"]);
  expect(write("2026-11-01", "2026-11-03", 400)).toEqual(["Nov 1", "Nov 2", "Nov 3"]);
  expect(write("2024-01-01", "2026-12-31", 400)[0]).toBe("Jan 2024");
});

test("a missing day is a hole; a weekly series has none", () => {
  const days = ["2026-11-01", "2026-11-02", "2026-11-05"].map(day);
  expect(holes(days, dayMillis)).toEqual([[day("2026-11-03"), day("2026-11-04")]]);
  expect(holes([day("2026-11-01"), day("2026-11-08"), day("2026-11-22")], 7 * dayMillis)).toEqual([]);
});

test("text is measured by the embedded fonts, and cut with an ellipsis", () => {
  expect(textWidth("广东", 12)).toBe(24);
  expect(textWidth("11111", 12)).toBe(textWidth("00000", 12));
  expect(measureText("DAU", "600 12px Inter, sans-serif").width).toBeCloseTo(textWidth("DAU", 12, 600));
  expect(measureText("a", "12px 'JetBrains Mono', monospace").width).toBeCloseTo(7.2);
  expect(fitText("Guangdong", 40, 12)).toMatch(/^Guan?g?…$/);
  expect(fitText("short", 400, 12)).toBe("short");
});
