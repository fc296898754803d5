import { expect, test } from "vitest";
import { bytes, count, duration, localMoment, memory, moment, short, signed } from "./format";
import { addressOf, documentAt } from "./navigation";
import { search } from "./search";
import { byteOffset, indexAtByte } from "./utf8";
import { setZone } from "./zone";

test("numbers and units as the house writes them", () => {
  expect(count(-1234567)).toBe("\u22121,234,567");
  expect([signed(1612), signed(-40), signed(0)]).toEqual(["+1,612", "\u221240", "0"]);
  expect([short(8_532_907, "en"), short(8_532_907, "zh-CN"), short(9_284, "en")]).toEqual(["8.53 M", "853 万", "9,284"]);
  expect([bytes(512), bytes(88_000_000), bytes(212_000_000)]).toEqual(["512 B", "83.9 MB", "202 MB"]);
  expect([memory(0), memory(512_000), memory(88_000_000), memory(12_670_153_523)]).toEqual(["0 MB", "0 MB", "83.9 MB", "11.8 GB"]);
  expect([duration(3), duration(840), duration(12_400), duration(125_000)]).toEqual(["3 ms", "0.84 s", "12.4 s", "2 min 5 s"]);
});

test("moments are those of the workspace's zone", () => {
  setZone("Asia/Shanghai");
  expect([moment("2026-11-20T18:32:05Z"), moment("2026-11-20T18:32:05.9+02:00", true)]).toEqual(["2026-11-21 02:32", "2026-11-21 00:32:05"]);
  setZone("America/New_York"); // an hour that comes twice
  expect([moment("2026-11-01T05:30:00Z"), moment("2026-11-01T06:30:00Z")]).toEqual(["2026-11-01 01:30", "2026-11-01 01:30"]);
  setZone("Middle/Earth");
  expect([moment("2026-11-20T18:32:05Z"), moment("yesterday")]).toEqual(["2026-11-20 18:32", "yesterday"]);
  setZone(undefined);
});

test("what belongs to no workspace is told in the machine's zone", () => {
  const alone = moment("2026-11-20T18:32:05Z");
  for (const zone of ["Asia/Shanghai", "America/New_York"]) {
    setZone(zone);
    expect(localMoment("2026-11-20T18:32:05Z")).toBe(alone);
  }
  setZone(undefined);
  expect(localMoment("yesterday")).toBe("yesterday");
});

test("positions carry over between UTF-8 and UTF-16", () => {
  const text = "-- 中文 😀\nx";
  for (let i = 0; i <= text.length; i++) {
    if (text.charCodeAt(i) >= 0xdc00 && text.charCodeAt(i) < 0xe000) continue; // inside a pair
    expect(byteOffset(text, i)).toBe(new TextEncoder().encode(text.slice(0, i)).length);
    expect(indexAtByte(text, byteOffset(text, i))).toBe(i);
  }
});

test("an address names a document and back", () => {
  expect(documentAt(addressOf("notebook/日报/每天 a.ipynb"))).toEqual({ kind: "notebook", name: "日报/每天 a.ipynb", title: "日报/每天 a.ipynb" });
  expect(documentAt("#/table/game_db.t")?.title).toBe("t");
  expect(documentAt("#/nonsense")).toBeNull();
});

test("a search prefers the start of a word and marks what it found", () => {
  expect(search("ads_retention_daily", "ret")).toEqual({ score: 1.04, marks: [[4, 7]] });
  expect(search("ads_retention_daily", "adsret")?.marks).toEqual([[0, 3], [4, 7]]);
  expect(search("ads_retention_daily", "xyz")).toBeUndefined();
});
