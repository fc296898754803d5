// The drawings that the binary's JS engine makes (app/export/testdata/drawings, written by Go) and those of this engine
// are deep-equal: the window and an export draw the same option.
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { comparable } from "../../render/comparable";
import { draw } from "./draw";
import { registerMap, type GeoJSON } from "./maps";
import type { ChartSpec, ChartTable, Env } from "./spec";

const folder = "../app/export/testdata/drawings/";

interface Golden {
  readonly spec: ChartSpec;
  readonly table: ChartTable;
  readonly env: Env;
  readonly want: unknown;
}

beforeAll(() => registerMap("china", JSON.parse(readFileSync("maps/china/map.geojson", "utf8")) as GeoJSON));

describe("the page and the binary draw the same", () => {
  const files = readdirSync(folder).filter((f) => f.endsWith(".json"));
  test("there are goldens", () => expect(files.length).toBeGreaterThan(15));
  test.each(files)("%s", (file) => {
    const g = JSON.parse(readFileSync(folder + file, "utf8")) as Golden;
    expect(comparable(draw(g.table, g.spec, g.env))).toEqual(g.want);
  });
});
