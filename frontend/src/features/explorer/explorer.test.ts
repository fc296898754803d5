import { expect, test } from "vitest";
import { diffRows } from "./diff";
import { lineageOf, names, writersOf } from "./lineage";
import { forwardLosses, rollbackLosses } from "./losses";
import { call, literal, tableArgument } from "./statement";
import type { Notebook, SnapshotInfo, TableInfo } from "../../api/types";
import { crowded, partitionSums, unbucketed } from "./storage";
import { layout, rangesOf, sides, within } from "./timeline";
import { winners } from "./Versions";

test("a diff's row carries its key and every other column before and after", () => {
  const [came, changed] = diffRows([["+", "9", null, "n"], ["~", "3", "a", "b"]], 1);
  expect(came).toEqual({ change: "+", keys: ["9"], cells: [{ before: null, after: "n", differs: false }] });
  expect(changed?.cells).toEqual([{ before: "a", after: "b", differs: true }]);
});

test("files are summed by partition, bucket and level", () => {
  const part = (partition: string, bucket: number, level: number, bytes: number, small = 0) => ({ partition, bucket, level, files: 2, rows: 10, bytes, small });
  const sums = partitionSums([part("dt=2", 0, 5, 100), part("dt=1", 1, 0, 7, 2), part("dt=1", 0, 0, 5, 1), part("dt=1", 1, 5, 50)]);
  expect(sums.map((sum) => [sum.partition, sum.bytes, sum.files])).toEqual([["dt=1", 62, 6], ["dt=2", 100, 2]]);
  expect(sums[0]?.buckets.map((bucket) => [bucket.bucket, bucket.levels.map((level) => level.level), crowded(bucket)])).toEqual([[0, [0], false], [1, [0, 5], true]]);
});

test("statements quote what a person typed", () => {
  expect(literal("o'b\\c")).toBe("'o\\'b\\\\c'");
  expect(call("create_tag", { table: tableArgument("d", "t", "fix"), tag: "a", snapshot: 3, time_retained: undefined })).toBe("CALL sys.create_tag(table => 'd.t$branch_fix', tag => 'a', snapshot => 3)");
});

test("the newest version with the merged value wins a cell", () => {
  const versions = [["0", "f2", "9", "+I", "1", null, "new"], ["5", "f1", "1", "+I", "1", "a", "old"]];
  expect(winners(versions, ["1", "a", "new"])).toEqual([[true, false, true], [false, true, false]]);
  expect(winners(versions, undefined)).toEqual([[false, false, false], [false, false, false]]);
});

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 21, 12);
const snapshot = (id: number, deltaRows: number, hoursAgo = 0, totalRows = 100 * id): SnapshotInfo => ({ id, kind: "APPEND", at: new Date(NOW - hoursAgo * HOUR).toISOString(), deltaRows, totalRows });
const table = (more: Partial<TableInfo>): TableInfo => ({ database: "d", name: "t", kind: "table", columns: [], ...more });

test("what expired stands before the bars, which keep one scale", () => {
  const [plain, after] = [layout([snapshot(8, 5), snapshot(9, -5)], 800, 0), layout([snapshot(8, 5), snapshot(9, -5)], 800, 7)];
  expect(after.start - plain.start).toBe(96);
  expect(after.bars.map(({ height }) => height)).toEqual(plain.bars.map(({ height }) => height));
});

test("the spans of a time line are those that leave some snapshots out and two in", () => {
  const all = [200, 30, 20, 3, 2].map((ago, i) => snapshot(i + 1, 1, ago));
  expect(rangesOf(all, NOW)).toEqual([6, 24, 36]);
  expect(within(all, 24, NOW).map(({ id }) => id)).toEqual([3, 4, 5]);
  expect(within(all, 0, NOW)).toEqual(all);
  expect(rangesOf(all.slice(3), NOW)).toEqual([]);
});

test("a flag's name stands where no other does", () => {
  expect(sides([100, 300, 780], 56, 800, 84)).toEqual(["right", "right", "left"]);
  expect(sides([700, 740, 780], 56, 800, 84)).toEqual(["left", null, null]);
});

test("a rollback takes the later snapshots and their tags", () => {
  const losses = rollbackLosses(table({ snapshots: [snapshot(3, 1), snapshot(1, 1), snapshot(2, 1)], tags: [{ name: "a", snapshot: 1 }, { name: "b", snapshot: 3 }] }), 1);
  expect(losses.snapshots.map(({ id }) => id)).toEqual([3, 2]);
  expect(losses.tags.map(({ name }) => name)).toEqual(["b"]);
  expect([losses.rowsBefore, losses.rowsAfter]).toEqual([300, 100]);
});

test("a fast-forward takes main's own snapshots since the branch began, and the tags that the branch has not", () => {
  const main = table({ snapshots: [2, 3, 4, 5].map((id) => snapshot(id, 1)), tags: [{ name: "begin", snapshot: 3 }, { name: "late", snapshot: 5 }, { name: "early", snapshot: 2 }] });
  const branch = table({ snapshots: [snapshot(3, 1), snapshot(4, 1, 0, 7)], tags: [{ name: "begin", snapshot: 3 }] });
  const losses = forwardLosses(main, branch, 3);
  expect(losses.snapshots.map(({ id }) => id)).toEqual([5, 4]);
  expect(losses.tags.map(({ name }) => name)).toEqual(["late"]);
  expect([losses.rowsBefore, losses.rowsAfter]).toEqual([500, 7]);
  // Nothing of main leads up to the branch: what is older goes too.
  expect(forwardLosses(table({ snapshots: [snapshot(1, 1), snapshot(9, 1)] }), table({ snapshots: [snapshot(6, 1)] }), undefined).snapshots.map(({ id }) => id)).toEqual([9, 1]);
});

test.each([
  ["SELECT * FROM d.t", true],
  ["select * from `D`.`T` where x", true],
  ["INSERT INTO t VALUES (1)", true],
  ["SELECT * FROM d.`t$branch_b`", true],
  ["SELECT * FROM other.t", false],
  ["SELECT * FROM d.tt JOIN d.t_x", false],
  ["SELECT 1 -- of d.t", false],
])("%s names d.t: %s", (sql, want) => {
  expect(names(sql, "d.t")).toBe(want);
});

test("lineage is what the last runs read and wrote", () => {
  const cell = (id: string, reads: string[], writes: string[], source = "SELECT 1") => ({
    id, kind: "sql" as const, source, run: { state: "ok" as const, startedAt: "2026-11-21T10:00:00Z", statements: [{ sql: source, elapsedMs: 1, reads: reads.map((name) => ({ table: name, snapshot: 4 })), writes: writes.map((name) => ({ table: name, snapshot: 7 })) }] },
  });
  const book: Notebook = { name: "etl.ipynb", title: "", etag: "", dialect: "spark", parameters: [], cells: [cell("a", ["d.src"], ["d.t"]), cell("b", ["d.t$branch_x"], ["d.out"]), cell("c", [], [], "SELECT * FROM d.t"), cell("e", ["d.src"], ["d.else"])] };
  const { from, to, uses } = lineageOf("d.t", [book]);
  expect([from.map((one) => one.table), to.map((one) => one.table)]).toEqual([["d.src"], ["d.out"]]);
  expect(uses.map((use) => [use.cell, use.does, use.snapshot])).toEqual([["a", "writes", 7], ["b", "reads", 4], ["c", "names", undefined]]);
  const history = [{ ...snapshot(5, 1), user: "x" }, { ...snapshot(6, 1), user: "y" }, { ...snapshot(7, 0), user: "y" }];
  expect([...writersOf("d.t", history, [book])].map(([id, use]) => [id, use.cell])).toEqual([[6, "a"], [7, "a"]]);
});

test("files of an append table without bucket keys stand by partition", () => {
  expect([unbucketed({ buckets: -1 }), unbucketed({ buckets: 4 }), unbucketed({ primaryKeys: ["id"], buckets: -1 })]).toEqual([true, false, false]);
});
