import { describe, expect, test } from "vitest";
import { axisFormatter, axisNumber, columnFormat, compact, exact, format, grouped, rangeText, signed } from "./format";

describe("compact", () => {
  test.each([
    [0, "0", "0"], [9284, "9,284", "9,284"], [10_000, "10.0K", "1.00万"], [135_000, "135K", "13.5万"], [999_499, "999K", "99.9万"], [999_500, "1.00M", "100万"],
    [1_206_733, "1.21M", "121万"], [24_070_000, "24.1M", "2,407万"], [183_000_000, "183M", "1.83亿"], [99_999_999, "100M", "1.00亿"], [1.5e9, "1.50B", "15.0亿"], [-12_345, "−12.3K", "−1.23万"], [0.5, "0.5", "0.5"],
  ])("%d", (v, en, zh) => {
    expect(compact(v, "en")).toBe(en);
    expect(compact(v, "zh-CN")).toBe(zh);
  });
});

test.each([[0, "0", "0"], [3e6, "3M", "300万"], [80_000, "80K", "8万"], [500, "500", "500"], [1e8, "100M", "1亿"], [0.25, "0.25", "0.25"]])("axis %d", (v, en, zh) => {
  expect(axisNumber(v, "en")).toBe(en);
  expect(axisNumber(v, "zh-CN")).toBe(zh);
});

test("only the top label of a ratio carries the sign", () => {
  const f = axisFormatter("ratio", 0.5, "en");
  expect([0, 0.1, 0.5].map((v) => f(v))).toEqual(["0", "10", "50%"]);
});

test("a change is always signed, zero too", () => {
  expect([signed(1.62, 1, "%"), signed(-1.62, 1, "%"), signed(0.04, 1, "%")]).toEqual(["+1.6%", "−1.6%", "±0.0%"]);
});

test("a column has one unit and one number of decimals", () => {
  const f = columnFormat([135_000, 49_400], "count", "en");
  expect([f(135_000), f(49_400)]).toEqual(["135K", "49K"]);
  expect(columnFormat([88_000, 9_000], "count", "zh-CN")(9_000)).toBe("0.9万");
  expect(columnFormat([1083, 949], "count", "en")(949)).toBe("949");
  expect([41, 600, 0].map(columnFormat([130_000, 41], "count", "en"))).toEqual(["41", "600", "0"]);
});

test("values by format", () => {
  expect(format("cny", 1_120_000, "zh-CN")).toBe("¥112万");
  expect(format("cny", -1500, "en")).toBe("−¥1,500");
  expect(format("ratio", 0.418, "en")).toBe("41.8%");
  expect(format("date", "2026-08-24", "zh-CN")).toBe("2026年8月24日");
  expect(format("hour", "2026-08-24T07:00:00", "en")).toBe("07:00");
  expect(format("count", null, "en")).toBe("–");
  expect(exact("cny", 1234.5, "en")).toBe("¥1,234.50");
  expect(grouped(-0.0001, 2)).toBe("0.00");
});

test("a range names the year once", () => {
  expect(rangeText(Date.UTC(2026, 7, 23), Date.UTC(2026, 10, 20), "en")).toBe("Aug 23 – Nov 20, 2026");
  expect(rangeText(Date.UTC(2025, 11, 31), Date.UTC(2026, 0, 1), "zh-CN")).toBe("2025年12月31日 – 2026年1月1日");
});
