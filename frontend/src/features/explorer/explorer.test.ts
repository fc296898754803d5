import { expect, test } from "vitest";
import { diffRows } from "./diff";
import { lineageOf, names, writersOf } from "./lineage";
import { lossesOf } from "./losses";
import { call, literal, tableArgument } from "./statement";
import type { Notebook, SnapshotInfo } from "../../api/types";
import { crowded, crowdedFiles, partitionSums, unbucketed } from "./storage";
import { cut, layout, rangesOf, sides, within } from "./timeline";
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
  expect(sums.map(crowdedFiles)).toEqual([2, 0]);
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

test("a long name of a flag is cut", () => {
  expect([cut("daily-1121", 75), cut("a_tag_with_a_rather_long_name", 75), cut("发布前的最后一个快照", 75), cut("xy", 0)]).toEqual(["daily-1121", "a_tag_with…", "发布前的最…", "x…"]);
});

test("a dry run tells the snapshots and tags that go, and the rows", () => {
  const columns = ["previous_snapshot_id", "current_snapshot_id", "snapshot", "commit_kind", "commit_time", "tag", "total_rows", "delta_rows"].map((name) => ({ name }));
  const time = String(NOW);
  const rows = [["3", "1", "1", "APPEND", time, null, "100", "-200"], [null, null, "3", "COMPACT", time, null, "300", "-5"], [null, null, "2", "APPEND", time, null, "305", "205"], [null, null, "3", "APPEND", time, "b", "300", null]];
  expect(lossesOf(columns, rows)).toEqual({
    snapshots: [{ id: 3, kind: "COMPACT", at: "2026-11-21T12:00:00.000Z", deltaRows: -5 }, { id: 2, kind: "APPEND", at: "2026-11-21T12:00:00.000Z", deltaRows: 205 }],
    tags: ["b"], rowsBefore: 300, rowsAfter: 100,
  });
  expect(lossesOf([{ name: "result" }, { name: "file" }, { name: "bytes" }], [["true", null, "0"]])).toBeUndefined();
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
