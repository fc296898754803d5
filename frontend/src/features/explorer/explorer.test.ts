import { expect, test } from "vitest";
import { diffRows } from "./diff";
import { call, literal, tableArgument } from "./statement";
import { crowded, partitionSums } from "./storage";
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
