import { expect, test } from "vitest";
import { boxOf, moved, sumsOf, tsv } from "./selection";

const cells = [["0.1", "a"], ["0.2", null], ["9007199254740993", "c\td"]];
const text = (row: number, column: number) => cells[row]?.[column];
const press = (key: string, more: object = {}) => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, ...more });
const at = (row: number, column: number) => ({ anchor: { row, column }, focus: { row, column } });

test("sums are exact where doubles are not", () => {
  expect(sumsOf({ top: 0, bottom: 1, left: 0, right: 0 }, ["decimal", "text"], text)).toEqual({ cells: 2, sum: "0.3", average: "0.15" });
  expect(sumsOf({ top: 2, bottom: 2, left: 0, right: 1 }, ["integer", "text"], text).sum).toBe("9,007,199,254,740,993");
});

test("nothing is summed over words or over too much", () => {
  expect(sumsOf({ top: 0, bottom: 1, left: 1, right: 1 }, ["decimal", "text"], text).sum).toBeNull();
  expect(sumsOf({ top: 0, bottom: 999_999, left: 0, right: 0 }, ["decimal"], text)).toEqual({ cells: 1_000_000, sum: null, average: null });
});

test("copied text is what a spreadsheet takes", () => {
  expect(tsv({ top: 0, bottom: 2, left: 0, right: 1 }, text)).toBe('0.1\ta\n0.2\t\n9007199254740993\t"c\td"');
});

test("arrows move, shift extends, control goes to the end", () => {
  expect(moved(at(1, 1), press("ArrowDown"), 10, 3, 5)).toEqual(at(2, 1));
  expect(moved(at(1, 1), press("ArrowRight", { shiftKey: true }), 10, 3, 5)).toEqual({ anchor: { row: 1, column: 1 }, focus: { row: 1, column: 2 } });
  expect(moved(at(1, 1), press("End", { ctrlKey: true }), 10, 3, 5)).toEqual(at(9, 2));
  expect(moved(at(1, 1), press("a", { ctrlKey: true }), 10, 3, 5)).toEqual({ anchor: { row: 0, column: 0 }, focus: { row: 9, column: 2 } });
  expect(moved(at(1, 1), press("x"), 10, 3, 5)).toBeUndefined();
});

test("a box does not care where the drag began", () => {
  expect(boxOf({ anchor: { row: 5, column: 2 }, focus: { row: 1, column: 0 } })).toEqual({ top: 1, bottom: 5, left: 0, right: 2 });
});
