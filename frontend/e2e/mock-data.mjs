// The mock's invented lake: tables, notebook cells and results. Deterministic.
import { Bool, DateDay, Decimal, Field, Float64, Int32, Int64, List, Struct, Table, TimestampMicrosecond, Utf8, tableToIPC, vectorFromArray } from "apache-arrow";

export const DAY0 = Date.UTC(2026, 7, 24);
const rand = (i, salt) => {
  let x = Math.imul(i ^ (salt * 0x9e3779b9), 0x85ebca6b) >>> 0;
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
};
const PROVINCES = ["广东省深圳市", "江苏省南京市", "浙江省杭州市", "山东省青岛市", "四川省成都市", "北京市", "上海市", "台湾省台北市", "香港特别行政区", "New York"];
const EVENTS = ["login", "purchase", "level_up", "logout", "share"];
const decimal = (cents) => {
  const words = new Uint32Array(4);
  let big = BigInt.asUintN(128, BigInt(cents));
  for (let i = 0; i < 4; i++) {
    words[i] = Number(big & 0xffffffffn);
    big >>= 32n;
  }
  return words;
};

const col = (name, type, kind, arrow, value) => ({ name, type, kind, arrow, value });
const day = (i) => new Date(DAY0 + i * 864e5);
const dau = (i) => Math.round((17800 + i * 38 + Math.sin(i / 11) * 700) * (0.95 + rand(i, 1) * 0.1));
const rate1 = (i) => (i >= 89 ? 0 : Math.round((0.392 + 0.0006 * i + (rand(i, 2) - 0.5) * 0.02) * 1e4) / 1e4);
const rate7 = (i) => (i >= 83 ? 0 : Math.round((0.171 + 0.0003 * i + (rand(i, 3) - 0.5) * 0.012) * 1e4) / 1e4);

/** Results by id: rows and one generator a column. */
export const shapes = {
  retention: {
    rows: 90,
    columns: [
      col("dt", "date", "date", new DateDay(), day),
      col("dau", "bigint", "integer", new Int64(), (i) => BigInt(dau(i))),
      col("d1_retained", "bigint", "integer", new Int64(), (i) => BigInt(Math.round(dau(i) * rate1(i)))),
      col("d1_retention_rate", "decimal(27,4)", "decimal", new Decimal(4, 27, 128), (i) => decimal(Math.round(rate1(i) * 1e4))),
      col("d7_retained", "bigint", "integer", new Int64(), (i) => BigInt(Math.round(dau(i) * rate7(i)))),
      col("d7_retention_rate", "decimal(27,4)", "decimal", new Decimal(4, 27, 128), (i) => decimal(Math.round(rate7(i) * 1e4))),
    ],
  },
  million: {
    rows: 1_000_000,
    columns: [
      col("row_id", "bigint", "integer", new Int64(), (i) => BigInt(i)),
      col("user_id", "bigint", "integer", new Int64(), (i) => 9007199254740993n + BigInt(Math.floor(rand(i, 4) * 1e6))),
      col("event_ts", "timestamp", "timestamp", new TimestampMicrosecond("Asia/Shanghai"), (i) => new Date(DAY0 + i * 7776)),
      col("event_date", "date", "date", new DateDay(), (i) => day(Math.floor((i * 7776) / 864e5))),
      col("event_type", "string", "text", new Utf8(), (i) => EVENTS[Math.floor(rand(i, 5) * 5)]),
      col("location", "string", "text", new Utf8(), (i) => (rand(i, 6) < 0.08 ? null : PROVINCES[Math.floor(rand(i, 7) * PROVINCES.length)])),
      col("amount", "double", "float", new Float64(), (i) => (rand(i, 5) >= 0.2 && rand(i, 5) < 0.4 ? Math.round(rand(i, 8) * 64800) / 100 : 0)),
      col("price", "decimal(18,2)", "decimal", new Decimal(2, 18, 128), (i) => (rand(i, 9) < 0.02 ? null : decimal(Math.floor(rand(i, 10) * 1e7)))),
      col("paying", "boolean", "boolean", new Bool(), (i) => rand(i, 11) < 0.12),
      col("tags", "array<string>", "nested", new List(new Field("item", new Utf8(), true)), (i) => (rand(i, 12) < 0.3 ? [] : ["新手", "level" + (i % 40)])),
      col("detail", "struct<level:int,mode:string>", "nested", new Struct([new Field("level", new Int32(), true), new Field("mode", new Utf8(), true)]), (i) => ({ level: i % 99, mode: i % 2 ? "排位" : "casual" })),
      col("device_type", "string", "text", new Utf8(), (i) => ["Android", "iOS", "PC client", "Mini-game"][Math.floor(rand(i, 13) * 4)]),
    ],
  },
};
shapes.wide = {
  rows: 2000,
  columns: Array.from({ length: 60 }, (_, c) => col(`metric_${String(c + 1).padStart(2, "0")}`, "bigint", "integer", new Int64(), (i) => BigInt(Math.floor(rand(i, c) * 1e6)))),
};


const orderId = (i) => 8820411000n + BigInt(i);
const STATUS = ["pending", "approved", "rejected"];
/** A primary-key table at one of its snapshots: orders, to which each snapshot brings more. */
const ORDER_COLUMNS = [
  col("order_id", "bigint", "integer", new Int64(), orderId),
  col("user_id", "bigint", "integer", new Int64(), (i) => 100000n + BigInt(i % 977)),
  col("pay_status", "string", "text", new Utf8(), (i) => (i % 7 === 3 ? "unpaid" : "paid")),
  col("pay_amount", "decimal(10,2)", "decimal", new Decimal(2, 10, 128), (i) => decimal(6800 + (i % 300) * 100)),
  col("refund_status", "string", "text", new Utf8(), (i) => (i % 3 === 0 ? STATUS[i % 2] : null)),
];
shapes.orders = { rows: 6800, columns: ORDER_COLUMNS };
for (let id = 1; id <= 9; id++) shapes[`orders-${id}`] = { rows: 700 * id, columns: ORDER_COLUMNS };
const old = { pay_amount: null, pay_status: "unpaid", refund_status: null };
/** What differs between two moments: the mark, the key, then each other column before and after. */
shapes.diff = {
  rows: 24,
  columns: [
    col("change", "string", "text", new Utf8(), (i) => (i % 8 === 3 ? "-" : i % 4 === 2 ? "+" : "~")),
    ORDER_COLUMNS[0],
    ...ORDER_COLUMNS.slice(1).flatMap((c) => [
      { ...c, name: `${c.name} \u2190`, value: (i) => (i % 4 === 2 ? null : c.name in old && i % 3 === 0 ? old[c.name] : c.value(i)) },
      { ...c, name: `${c.name} \u2192`, value: (i) => (i % 8 === 3 ? null : c.value(i)) },
    ]),
  ],
};
/** Two versions of one key, and the row that they merge into. */
const merged = [orderId(15), 100015n, "paid", decimal(8300), "approved"];
const version = [[orderId(15), null, null, null, "approved"], [orderId(15), 100015n, "paid", decimal(8300), "pending"]];
shapes.merged = { rows: 1, columns: ORDER_COLUMNS.map((c, at) => ({ ...c, value: () => merged[at] })) };
shapes.versions = {
  rows: 2,
  columns: [
    col("_LEVEL", "int", "integer", new Int32(), (i) => i * 5),
    col("_FILE", "string", "text", new Utf8(), (i) => `data-${i}.parquet`),
    col("_SEQUENCE", "bigint", "integer", new Int64(), (i) => 5794n - BigInt(i * 697)),
    col("_KIND", "string", "text", new Utf8(), () => "+I"),
    ...ORDER_COLUMNS.map((c, at) => ({ ...c, value: (i) => version[i][at] })),
  ],
};
/** What a dry run answers: its own row, then the files that would go. */
shapes.dry = {
  rows: 3,
  columns: [
    col("deleted_snapshots_count", "int", "integer", new Int32(), (i) => (i === 0 ? 4 : null)),
    col("file", "string", "text", new Utf8(), (i) => (i === 0 ? null : `bucket-0/data-${i}.parquet`)),
    col("bytes", "bigint", "integer", new Int64(), (i) => BigInt(i === 0 ? 5632 : 2816)),
  ],
};
shapes.dryFiles = { rows: 3, columns: [col("result", "boolean", "boolean", new Bool(), (i) => (i === 0 ? true : null)), ...shapes.dry.columns.slice(1)] };
/** What a dry run of a way back answers: the snapshot that would be the newest, those that would go, the tags that would go. */
export function keepLosses(to, before, snapshots, tags) {
  const rows = [{ ...to, delta: to.total - before }, ...snapshots, ...tags.map((tag) => ({ ...tag, delta: null }))];
  const number = (name, key) => col(name, "bigint", "integer", new Int64(), (i) => (rows[i][key] === null ? null : BigInt(rows[i][key])));
  const text = (name, key) => col(name, "string", "text", new Utf8(), (i) => rows[i][key] ?? null);
  shapes.losses = { rows: rows.length, columns: [col("result", "boolean", "boolean", new Bool(), (i) => (i === 0 ? true : null)), number("snapshot", "id"), text("commit_kind", "kind"), number("commit_time", "at"), text("tag", "tag"), number("total_rows", "total"), number("delta_rows", "delta")] };
}
shapes.done = { rows: 1, columns: [col("result", "boolean", "boolean", new Bool(), () => true)] };
shapes.none = { rows: 0, columns: shapes.versions.columns };

export const columnsOf = (shape) => shape.columns.map(({ name, type, kind }) => ({ name, type, kind, nullable: true }));

const comparable = (value) => (value instanceof Uint32Array ? Number(value[0]) + Number(value[1]) * 2 ** 32 : value instanceof Date ? value.getTime() : value);
const orders = new Map();
/** The row order of a sort: an index list, made once. */
export function order(id, sort) {
  if (!sort) return null;
  const key = `${id} ${sort}`;
  if (!orders.has(key)) {
    const shape = shapes[id];
    const column = shape.columns.find((c) => c.name === sort.replace(/^-/, ""));
    const values = Array.from({ length: shape.rows }, (_, i) => comparable(column.value(i)));
    const list = Uint32Array.from({ length: shape.rows }, (_, i) => i);
    const sign = sort.startsWith("-") ? -1 : 1;
    list.sort((a, b) => {
      const [x, y] = [values[a], values[b]];
      if (x === y) return a - b;
      if (x === null) return 1;
      if (y === null) return -1;
      return x < y ? -sign : sign;
    });
    orders.set(key, list);
  }
  return orders.get(key);
}

export function page(id, offset, limit, sort) {
  const shape = shapes[id];
  const list = order(id, sort);
  const end = Math.min(shape.rows, offset + limit);
  const at = Array.from({ length: Math.max(0, end - offset) }, (_, k) => (list ? list[offset + k] : offset + k));
  const data = Object.fromEntries(shape.columns.map((c) => [c.name, vectorFromArray(at.map((i) => c.value(i)), c.arrow)]));
  return Buffer.from(tableToIPC(new Table(data), "stream"));
}

export function profile(id) {
  const shape = shapes[id];
  const sample = Array.from({ length: Math.min(shape.rows, 3000) }, (_, i) => Math.floor((i * shape.rows) / Math.min(shape.rows, 3000)));
  return shape.columns.map((c) => {
    const values = sample.map((i) => c.value(i));
    const kept = values.filter((v) => v !== null).map((v) => (v instanceof Uint32Array ? (v[0] + v[1] * 2 ** 32) / 10 ** (c.arrow.scale ?? 0) : v));
    const nulls = Math.round(((values.length - kept.length) / values.length) * shape.rows);
    const base = { name: c.name, nulls, distinct: Math.min(shape.rows, new Set(kept.map(String)).size * (shape.rows > 3000 ? 40 : 1)) };
    if (c.kind === "text" || c.kind === "boolean") {
      const tally = new Map();
      for (const v of kept) tally.set(String(v), (tally.get(String(v)) ?? 0) + 1);
      const top = [...tally].sort((a, b) => b[1] - a[1]).slice(0, 12);
      return { ...base, min: top[0]?.[0] ?? null, max: top.at(-1)?.[0] ?? null, bins: top.map(([label, count]) => ({ label, count })) };
    }
    if (c.kind === "nested") return base;
    const numbers = kept.map((v) => Number(v)).sort((a, b) => a - b);
    const [lo, hi] = [numbers[0], numbers.at(-1)];
    const bins = Array.from({ length: 12 }, (_, k) => ({ label: String(lo + ((hi - lo) * k) / 12), count: 0 }));
    for (const n of numbers) bins[Math.min(11, Math.floor(((n - lo) / (hi - lo || 1)) * 12))].count++;
    const text = (n) => (c.kind === "date" ? new Date(n).toISOString().slice(0, 10) : c.kind === "timestamp" ? new Date(n).toISOString().slice(0, 19) : String(n));
    const q = (p) => numbers[Math.floor(p * (numbers.length - 1))];
    return { ...base, min: text(lo), max: text(hi), bins, ...(c.kind === "date" || c.kind === "timestamp" ? {} : { mean: numbers.reduce((a, b) => a + b, 0) / numbers.length, quantiles: [q(0.25), q(0.5), q(0.75), q(0.95)] }) };
  });
}

export function chart(id) {
  const shape = shapes[id];
  const rows = Math.min(shape.rows, 5000);
  const plain = (c, v) => {
    if (v === null) return null;
    if (c.kind === "date") return v.toISOString().slice(0, 10);
    if (c.kind === "timestamp") return v.toISOString().slice(0, 19);
    if (c.kind === "decimal") return (v[0] + v[1] * 2 ** 32) / 10 ** c.arrow.scale;
    if (typeof v === "bigint") return Number(v);
    return typeof v === "object" ? JSON.stringify(v) : v;
  };
  return { rows, truncated: shape.rows > rows, columns: shape.columns.map((c) => ({ name: c.name, kind: c.kind, values: Array.from({ length: rows }, (_, i) => plain(c, c.value(i))) })) };
}

const RETENTION = `CREATE OR REPLACE TABLE game_db.ads_retention_daily USING paimon AS
WITH dau AS (
  SELECT event_date AS dt, user_id
  FROM game_db.dwd_user_event
  WHERE event_date BETWEEN \${start_date} AND \${end_date}
  GROUP BY event_date, user_id
)
SELECT base.dt, base.dau, COALESCE(d1.d1_retained, 0) AS d1_retained,
  ROUND(COALESCE(d1.d1_retained, 0) * 1.0 / base.dau, 4) AS d1_retention_rate
FROM (SELECT dt, COUNT(DISTINCT user_id) AS dau FROM dau GROUP BY dt) base
LEFT JOIN (
  SELECT a.dt, COUNT(DISTINCT a.user_id) AS d1_retained
  FROM dau a JOIN dau b ON a.user_id = b.user_id AND b.dt = DATE_ADD(a.dt, 1)
  GROUP BY a.dt
) d1 ON base.dt = d1.dt`;
const T = (name) => `game_db.${name}`;
const make = (table, from) => `CREATE OR REPLACE TABLE game_db.${table} USING paimon AS\nSELECT * FROM ${from}`;
const sqlCell = (id, name, source, more = {}) => ({ id, kind: "sql", dialect: "spark", name, source, run: { state: "idle" }, ...more });

/** What a run of a cell would read, write and give. */
export const effects = {
  verify: { result: "wide", reads: [] },
  ods_event: { writes: ["ods_user_event"], affected: 1_000_000 },
  ods_profile: { writes: ["ods_user_profile"], affected: 52_340 },
  dwd_details: { reads: ["ods_user_profile"], writes: ["dwd_user_details"], affected: 50_000 },
  dwd_event: { reads: ["ods_user_event", "dwd_user_details"], writes: ["dwd_user_event"], affected: 994_812 },
  retention: { reads: ["dwd_user_event"], writes: ["ads_retention_daily"], affected: 90 },
  retention_curve: { reads: ["ads_retention_daily"], result: "retention" },
  events: { reads: ["dwd_user_event"], result: "million" },
};

export function notebook() {
  return {
    name: "game_etl.ipynb", title: "Game ETL", etag: "1", dialect: "spark",
    parameters: [
      { name: "start_date", type: "date", default: "2026-08-24", value: "2026-08-24" },
      { name: "end_date", type: "date", default: "2026-11-21", value: "2026-11-21" },
      { name: "time_zone", type: "choice", default: "Asia/Shanghai", value: "Asia/Shanghai", choices: ["Asia/Shanghai", "UTC"] },
    ],
    cells: [
      { id: "intro", kind: "markdown", source: "# Player retention\nShare of daily active players who come back one and seven days later, from the event detail layer." },
      { id: "params", kind: "parameters", source: "start_date = 2026-08-24\nend_date = 2026-11-21" },
      { id: "python", kind: "python", source: "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()", collapsed: true },
      sqlCell("verify", "verify", "SELECT * FROM files('sample/*/*.parquet')", { dialect: "duckdb" }),
      sqlCell("ods_event", "ods_event", make("ods_user_event", "parquet.`sample/user_event/*.parquet`")),
      sqlCell("ods_profile", "ods_profile", make("ods_user_profile", "parquet.`sample/user_profile/*.parquet`")),
      sqlCell("dwd_details", "dwd_details", make("dwd_user_details", T("ods_user_profile"))),
      sqlCell("dwd_event", "dwd_event", make("dwd_user_event", T("ods_user_event"))),
      sqlCell("retention", "retention", RETENTION),
      sqlCell("retention_curve", "retention_curve", "SELECT * FROM game_db.ads_retention_daily ORDER BY dt"),
      sqlCell("events", "events", "-- every event, newest last 全部事件\nSELECT * FROM game_db.dwd_user_event ORDER BY event_ts"),
      sqlCell("gmv", "gmv_by_province", "SELECT location, SUM(amount) AS gmv\nFROM game_db.dwd_user_evnt GROUP BY location ORDER BY gmv DESC"),
    ],
  };
}

export const tables = ["ods_user_event", "ods_user_profile", "dwd_user_details", "dwd_user_event", "ads_device_preference_daily", "ads_purchase_trends_daily", "ads_region_distribution_daily", "ads_retention_daily", "dwd_order_wide"];
