import { expect, test } from "vitest";
import type { Result } from "../../api/types";
import { tableOfHead } from "./head";

const columns = [{ name: "dt", kind: "date", type: "date" }, { name: "n", kind: "integer", type: "bigint" }, { name: "at", kind: "timestamp", type: "timestamp" }];
const result = (rows: number, head: (string | null)[][]): Result => ({ id: "r1", columns, rows, gone: true, head }) as unknown as Result;

test("rows kept as text make a chart's table", () => {
  expect(tableOfHead(result(2, [["2026-11-21", "12", "2026-11-21 10:00:00"], [null, null, null]]))).toEqual({
    rows: 2,
    columns: [
      { name: "dt", kind: "date", values: ["2026-11-21", null] },
      { name: "n", kind: "number", values: [12, null] },
      { name: "at", kind: "timestamp", values: ["2026-11-21T10:00:00", null] },
    ],
  });
});

test("some of the rows make none", () => {
  expect(tableOfHead(result(3, [["2026-11-21", "12", null]]))).toBeUndefined();
});
