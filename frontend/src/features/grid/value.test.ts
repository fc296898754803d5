import { Binary, Bool, DateDay, Decimal, Field, Float64, Int32, Int64, List, Struct, TimestampMicrosecond, TimestampNanosecond, Utf8, makeVector, vectorFromArray } from "apache-arrow";
import { expect, test } from "vitest";
import { decimalText, grouped, textAt, toBig } from "./value";

test("a big integer keeps its last digit", () => {
  expect(textAt(vectorFromArray([9007199254740993n, null], new Int64()), 0)).toBe("9007199254740993");
});

test("NULL is null, not text", () => {
  expect(textAt(vectorFromArray(["x", null], new Utf8()), 1)).toBeNull();
});

test("decimals keep every digit and their scale", () => {
  const words = (value: bigint) => Uint32Array.from([0, 32, 64, 96].map((shift) => Number((BigInt.asUintN(128, value) >> BigInt(shift)) & 0xffffffffn)));
  const values = [12345678901234567890123456789012345678n, -1n, -100n, 0n];
  const vector = makeVector({ type: new Decimal(2, 38, 128), data: Uint32Array.from(values.flatMap((value) => [...words(value)])), length: 4 } as never);
  expect([0, 1, 2, 3].map((row) => textAt(vector, row))).toEqual(["123456789012345678901234567890123456.78", "-0.01", "-1.00", "0.00"]);
  expect(toBig(words(-5n))).toBe(-5n);
});

test("a scale of nought has no point", () => {
  expect(decimalText(42n, 0)).toBe("42");
});

test("timestamps show the wall clock of their zone, with exactly the fraction they have", () => {
  const at = BigInt(Date.UTC(2026, 10, 21, 2, 30, 0)) * 1000n + 120n;
  const zoned = makeVector({ type: new TimestampMicrosecond("Asia/Shanghai"), data: BigInt64Array.of(at), length: 1 } as never);
  const plain = makeVector({ type: new TimestampMicrosecond(), data: BigInt64Array.of(at - 120n), length: 1 } as never);
  expect(textAt(zoned, 0)).toBe("2026-11-21 10:30:00.00012");
  expect(textAt(plain, 0)).toBe("2026-11-21 02:30:00");
});

test("nanoseconds before 1970 are not rounded", () => {
  const vector = makeVector({ type: new TimestampNanosecond(), data: BigInt64Array.of(-1n), length: 1 } as never);
  expect(textAt(vector, 0)).toBe("1969-12-31 23:59:59.999999999");
});

test("dates, booleans, floats and bytes", () => {
  expect(textAt(vectorFromArray([new Date(Date.UTC(2026, 7, 24))], new DateDay()), 0)).toBe("2026-08-24");
  expect(textAt(vectorFromArray([true], new Bool()), 0)).toBe("true");
  expect(textAt(vectorFromArray([0.1 + 0.2, Number.NaN], new Float64()), 0)).toBe("0.30000000000000004");
  expect(textAt(vectorFromArray([Uint8Array.of(0, 255)], new Binary()), 0)).toBe("0x00ff");
});

test("nested values read as JSON, Chinese included", () => {
  const list = vectorFromArray([["新手", null, "a\"b"]], new List(new Field("item", new Utf8(), true)));
  expect(textAt(list, 0)).toBe('["新手", null, "a\\"b"]');
  const struct = vectorFromArray([{ level: 3, mode: "排位" }], new Struct([new Field("level", new Int32(), true), new Field("mode", new Utf8(), true)]));
  expect(textAt(struct, 0)).toBe('{"level": 3, "mode": "排位"}');
});

test("thousands are grouped in numbers only", () => {
  expect(grouped("-1234567.8901")).toBe("\u22121,234,567.8901");
  expect(grouped("1e21")).toBe("1e21");
});
