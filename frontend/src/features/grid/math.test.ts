import { expect, test } from "vitest";
import { ROW, TALLEST, barTop, edges, revealed, rowsTop, scaleOf, visibleColumns, visibleRows } from "./math";

test("a short table scrolls pixel for pixel", () => {
  const scale = scaleOf(1000, 280);
  expect(scale.full).toBe(scale.laid);
  expect(rowsTop(scale, 1234)).toBe(1234);
  expect(barTop(scale, 1234)).toBe(1234);
});

test("a million rows fit the tallest element, and both ends are reached exactly", () => {
  const scale = scaleOf(1_000_000, 280);
  expect(scale.laid).toBe(TALLEST);
  expect(rowsTop(scale, 0)).toBe(0);
  expect(rowsTop(scale, scale.barRange)).toBe(1_000_000 * ROW - 280);
});

test("bar and rows agree both ways on a capped range", () => {
  const scale = scaleOf(5_000_000, 500);
  for (const row of [0, 1, 17, 999_999, 4_999_000]) expect(rowsTop(scale, barTop(scale, row * ROW))).toBeCloseTo(row * ROW, 3);
});

test("the last row shows at the end of the range", () => {
  const scale = scaleOf(1_000_000, 280);
  expect(visibleRows(scale.rowsRange, 280, 1_000_000).end).toBe(1_000_000);
});

test("no rows, no range", () => {
  const scale = scaleOf(0, 280);
  expect(visibleRows(0, 280, 0)).toEqual({ start: 0, end: 0 });
  expect(rowsTop(scale, 50)).toBe(0);
});

test("only the columns between two x are drawn, with one more at each side", () => {
  const lefts = edges(Array.from({ length: 60 }, () => 100));
  expect(visibleColumns(lefts, 1000, 1500)).toEqual({ start: 9, end: 16 });
  expect(visibleColumns(lefts, 0, 250)).toEqual({ start: 0, end: 4 });
  expect(visibleColumns(lefts, 5900, 6400)).toEqual({ start: 58, end: 60 });
});

test("revealing moves no further than needed", () => {
  expect(revealed(5, 0, 280)).toBe(0);
  expect(revealed(10, 0, 280)).toBe(28);
  expect(revealed(2, 280, 280)).toBe(56);
});
