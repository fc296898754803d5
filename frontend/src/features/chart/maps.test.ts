import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readPack, regionOf, type GeoJSON } from "./maps";

const geo = JSON.parse(readFileSync("maps/china/map.geojson", "utf8")) as GeoJSON;
const pack = readPack(geo);

test("34 divisions, no adcode missing or twice", () => {
  expect(pack.regions).toHaveLength(34);
  expect(new Set(pack.regions.map((r) => r.adcode)).size).toBe(34);
  expect(pack.regions.every((r) => /^[1-8]\d0000$/.test(r.adcode) && r.name && r.fullName && r.en)).toBe(true);
  expect(pack.regions.map((r) => r.name)).toEqual(expect.arrayContaining(["台湾", "香港", "澳门", "西藏", "新疆"]));
});

test("every division is found by each of its spellings", () => {
  for (const r of pack.regions) {
    for (const s of [r.name, r.fullName, r.en, r.adcode, r.adcode.slice(0, 2), r.en.toUpperCase(), r.en.toLowerCase().replace(" ", ""), ` ${r.fullName} `, ...r.aliases]) {
      expect(regionOf(pack, s)?.adcode, s).toBe(r.adcode);
    }
  }
});

test.each([
  ["广东", "440000"], ["广东省", "440000"], ["Guangdong", "440000"], ["440000", "440000"], ["Guangdong Province", "440000"], ["内蒙", "150000"], ["內蒙古", undefined],
  ["Hong Kong SAR", "810000"], ["臺灣", "710000"], ["Shaanxi", "610000"], ["Shanxi", "140000"], ["深圳市", undefined], ["", undefined], ["海外", undefined], ["吉林市", "220000"],
])("%s is %s", (raw, adcode) => expect(regionOf(pack, raw)?.adcode).toBe(adcode));

test("no spelling means two places", () => {
  const seen = new Map<string, string>();
  for (const r of pack.regions) {
    for (const s of [r.name, r.fullName, r.en, r.adcode, ...r.aliases]) {
      expect(seen.get(s) ?? r.adcode, s).toBe(r.adcode);
      seen.set(s, r.adcode);
    }
  }
});

test("outlines are closed rings around the division's own seat", () => {
  for (const f of geo.features as unknown as { geometry: { type: string; coordinates: number[][][] | number[][][][] }; properties: { cp: [number, number]; name: string } }[]) {
    const polygons = (f.geometry.type === "Polygon" ? [f.geometry.coordinates] : f.geometry.coordinates) as number[][][][];
    const points = polygons.flat(2) as unknown as [number, number][];
    const xs = points.map((p) => p[0]);
    const ys = points.map((p) => p[1]);
    for (const ring of polygons.flat()) expect(ring[0], f.properties.name).toEqual(ring[ring.length - 1]);
    expect(f.properties.cp[0]).toBeGreaterThan(Math.min(...xs));
    expect(f.properties.cp[0]).toBeLessThan(Math.max(...xs));
    expect(f.properties.cp[1]).toBeGreaterThan(Math.min(...ys));
    expect(f.properties.cp[1]).toBeLessThan(Math.max(...ys));
  }
});
