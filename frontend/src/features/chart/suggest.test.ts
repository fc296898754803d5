import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { draw } from "./draw";
import { registerMap, type GeoJSON } from "./maps";
import type { ChartTable, Value } from "./spec";
import { suggest, suggestions } from "./suggest";

beforeAll(() => registerMap("china", JSON.parse(readFileSync("maps/china/map.geojson", "utf8")) as GeoJSON));

const table = (columns: Record<string, Value[]>): ChartTable => ({
  columns: Object.entries(columns).map(([name, values]) => ({ name, values, kind: typeof values[0] === "number" ? "number" : "text" })),
  rows: Object.values(columns)[0]?.length ?? 0,
});

test.each([
  ["days and numbers", { dt: ["2026-01-01", "2026-01-02"], dau: [5, 6] }, { kind: "line", x: "dt", y: ["dau"], format: "count" }],
  ["shares are ratios", { dt: ["2026-01-01", "2026-01-02"], d1_rate: [0.4, 0.5], d7_rate: [0.2, 0.1] }, { kind: "line", x: "dt", y: ["d1_rate", "d7_rate"], format: "ratio" }],
  ["days and a word", { dt: ["2026-01-01", "2026-01-01"], os: ["a", "b"], n: [1, 2] }, { kind: "line", x: "dt", y: ["n"], series: "os", format: "count" }],
  ["provinces", { province: ["广东", "江苏省"], dau: [5, 6] }, { kind: "map", map: "china", region: "province", value: "dau", format: "count" }],
  ["a word and a number", { os: ["iOS", "Android"], gmv: [5.5, 6.5] }, { kind: "bar", x: "os", y: ["gmv"], format: "cny" }],
  ["one number", { gmv: [5.5] }, { kind: "kpi", value: { column: "gmv", format: "cny" } }],
  ["words only", { a: ["x", "y"], b: ["x", "y"] }, { kind: "table" }],
])("%s", (_, columns, want) => expect(suggest(table(columns as unknown as Record<string, Value[]>))).toEqual(want));

test("every suggestion can be drawn, the others say why", () => {
  for (const t of [table({ dt: ["2026-01-01", "2026-01-02"], os: ["a", "b"], n: [1, 2], m: [3, 4] }), table({ province: ["广东", "北京"], n: [1, 2] }), table({ a: ["x"], b: ["y"] })]) {
    for (const s of suggestions(t)) {
      if (s.spec) expect(() => draw(t, s.spec as never, { theme: "light", language: "en", width: 500, height: 300 })).not.toThrow();
      else expect(s.reason).toBeDefined();
    }
  }
});

test("parts of a whole are words before they are days", () => {
  const t = table({ dt: ["2026-01-01", "2026-01-02"], os: ["a", "b"], n: [1, 2] });
  for (const kind of ["donut", "pie", "list"]) expect(suggestions(t).find((s) => s.kind === kind)?.spec).toMatchObject({ name: "os", value: "n" });
});
