import { expect, test } from "vitest";
import type { TileSpec } from "../chart";
import { linesOf } from "./lines";

const tile = (kind: string, width?: number): TileSpec => ({ dataset: "d", ...(width ? { width } : {}), chart: { kind } }) as unknown as TileSpec;
const third = [tile("combo", 4), tile("donut", 3), tile("map", 5)];

test.each([
  ["as the document says where it fits", third, 1200, [[4, 3, 5]]],
  ["before it is measured as the document says", third, 0, [[4, 3, 5]]],
  ["a tile that would be too narrow goes to the next line", third, 1016, [[7, 5], [12]]],
  ["each on its own line in a narrow window", third, 500, [[12], [12], [12]]],
  ["narrower than any tile's least", third, 200, [[12], [12], [12]]],
  ["a tile without width has the whole line", [tile("table")], 900, [[12]]],
])("%s", (_, tiles, width, want) => {
  expect(linesOf(tiles, width)).toEqual(want);
});
