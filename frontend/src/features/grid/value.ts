/** Arrow values as exact text: no number passes through a double unless it is one. */
import { type DataType, type Data, TimeUnit, Type, type Vector } from "apache-arrow";
import { clock } from "../../lib/zone";

type Scaled = DataType & { scale: number; precision: number; bitWidth: number };
type Clocked = DataType & { unit: TimeUnit; timezone?: string | null };

/** Where a row of a vector stands: vectors come in chunks. */
function locate(vector: Vector, row: number): { data: Data; at: number } | undefined {
  let at = row;
  for (const data of vector.data) {
    if (at < data.length) return { data, at };
    at -= data.length;
  }
  return undefined;
}

/** textAt is the value of a row as text; null for NULL. */
export function textAt(vector: Vector, row: number): string | null {
  const type = vector.type as DataType;
  if (type.typeId === Type.Timestamp || type.typeId === Type.Time) {
    const place = locate(vector, row);
    if (!place || !place.data.getValid(place.at)) return null;
    const raw = (place.data.values as BigInt64Array | Int32Array)[place.at] ?? 0;
    return type.typeId === Type.Timestamp ? timestampText(BigInt(raw), type as Clocked) : timeText(BigInt(raw), (type as Clocked).unit);
  }
  const value: unknown = vector.get(row);
  return value === null || value === undefined ? null : textOf(value, type);
}

/** textOf writes one value of a type; nested ones as compact JSON-like text. */
export function textOf(value: unknown, type: DataType): string {
  switch (type.typeId) {
    case Type.Decimal:
      return decimalText(toBig(value as Uint32Array), (type as Scaled).scale);
    case Type.Date:
      return dateText(Number(value));
    case Type.Timestamp:
      return instantText(Number(value), (type as Clocked).timezone ?? null, "");
    case Type.Bool:
      return value ? "true" : "false";
    case Type.Float:
      return floatText(Number(value));
    case Type.Binary:
    case Type.LargeBinary:
    case Type.FixedSizeBinary:
      return binaryText(value as Uint8Array);
    case Type.List:
    case Type.FixedSizeList:
      return `[${[...(value as Iterable<unknown>)].map((item) => nestedText(item, childType(type, 0))).join(", ")}]`;
    case Type.Struct:
      return `{${type.children.map((child) => `${JSON.stringify(child.name)}: ${nestedText((value as Record<string, unknown>)[child.name], child.type as DataType)}`).join(", ")}}`;
    case Type.Map:
      return mapText(value, type);
    case Type.Dictionary:
      return textOf(value, (type as unknown as { dictionary: DataType }).dictionary);
    default:
      return String(value);
  }
}

function childType(type: DataType, at: number): DataType {
  return type.children[at]?.type as DataType;
}

function nestedText(value: unknown, type: DataType): string {
  if (value === null || value === undefined) return "null";
  const text = textOf(value, type);
  return type.typeId === Type.Utf8 || type.typeId === Type.LargeUtf8 || type.typeId === Type.Date || type.typeId === Type.Timestamp ? JSON.stringify(text) : text;
}

function mapText(value: unknown, type: DataType): string {
  const entry = childType(type, 0);
  const pairs = [...(value as Iterable<[unknown, unknown]>)];
  return `{${pairs.map(([key, item]) => `${JSON.stringify(textOf(key, childType(entry, 0)))}: ${nestedText(item, childType(entry, 1))}`).join(", ")}}`;
}

/** toBig reads a little-endian two's complement integer of any width. */
export function toBig(words: Uint32Array): bigint {
  let out = 0n;
  for (let i = words.length - 1; i >= 0; i--) out = (out << 32n) | BigInt(words[i] ?? 0);
  return BigInt.asIntN(words.length * 32, out);
}

export function decimalText(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? "-" : "";
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  if (scale <= 0) return sign + digits + "0".repeat(-scale);
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function floatText(n: number): string {
  if (Number.isNaN(n)) return "NaN";
  if (!Number.isFinite(n)) return n > 0 ? "Infinity" : "-Infinity";
  return Object.is(n, -0) ? "-0.0" : String(n);
}

function binaryText(bytes: Uint8Array): string {
  return `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export function dateText(ms: number): string {
  const text = new Date(ms).toISOString();
  return text.slice(0, text.indexOf("T"));
}

const PER_SECOND: Record<TimeUnit, bigint> = { [TimeUnit.SECOND]: 1n, [TimeUnit.MILLISECOND]: 1_000n, [TimeUnit.MICROSECOND]: 1_000_000n, [TimeUnit.NANOSECOND]: 1_000_000_000n };

function split(raw: bigint, unit: TimeUnit): { seconds: bigint; fraction: string } {
  const per = PER_SECOND[unit];
  const rest = ((raw % per) + per) % per;
  const digits = per.toString().length - 1;
  const fraction = digits === 0 ? "" : rest.toString().padStart(digits, "0").replace(/0+$/, "");
  return { seconds: (raw - rest) / per, fraction };
}

function timestampText(raw: bigint, type: Clocked): string {
  const { seconds, fraction } = split(raw, type.unit);
  return instantText(Number(seconds) * 1000, type.timezone ?? null, fraction);
}

function timeText(raw: bigint, unit: TimeUnit): string {
  const { seconds, fraction } = split(raw, unit);
  const time = new Date(Number(seconds) * 1000).toISOString().slice(11, 19);
  return fraction === "" ? time : `${time}.${fraction}`;
}

/** instantText writes a moment in a zone (none: as it stands, which is UTC on the wire). */
function instantText(ms: number, zone: string | null, fraction: string): string {
  return clock(ms, zone ?? "UTC") + (fraction === "" ? "" : `.${fraction}`);
}

/** grouped puts thousands separators into a plain number text; exponents and words stay. */
export function grouped(text: string): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(text);
  if (!match) return text;
  const [, sign, whole = "", rest = ""] = match;
  return `${sign === "-" ? "\u2212" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${rest}`;
}
