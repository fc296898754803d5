// A stand-in for `laketop serve`: the contract of app/api/openapi.yaml over invented data, with the page's real policy.
// node e2e/mock-server.mjs --port 7190     then open http://127.0.0.1:7190/?token=mock
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import * as data from "./mock-data.mjs";

const port = Number(process.argv[process.argv.indexOf("--port") + 1] || 7190);
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const guard = readFileSync(new URL("../../app/api/guard.go", import.meta.url), "utf8");
const CSP = [.../const policy = ([^]*?)\n\n/.exec(guard)[1].matchAll(/"([^"]*)"/g)].map(([, part]) => part).join("");
const MIME = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".json": "application/json" };
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const GB = 1024 ** 3;

const state = {
  workspace: { open: false },
  settings: { language: "en", theme: "light", memoryBytes: 8 * GB, recent: [{ path: "/home/ana/game-demo", name: "game-demo", openedAt: "2026-11-20T18:04:00Z" }] },
  notebooks: new Map(), jobs: [], made: new Set(), snapshot: 11, runs: 0, clients: new Set(), cancelled: new Set(),
};
const emit = (event) => { for (const client of state.clients) client.write(`data: ${JSON.stringify(event)}\n\n`); };
class Refusal extends Error { constructor(status, code, message, more = {}) { super(message); this.problem = { status, code, message, ...more }; } }

const open = (path, sample) => {
  state.workspace = { open: true, name: path.split("/").pop(), path, readOnly: false, timeZone: "Asia/Shanghai", dialect: "spark", memoryBytes: 8 * GB, ...(sample ? { sample } : {}) };
  if (!state.notebooks.has("game_etl.ipynb")) state.notebooks.set("game_etl.ipynb", data.notebook());
  emit({ type: "workspace", workspace: state.workspace });
  return state.workspace;
};
const ref = (name, snapshot = state.snapshot) => ({ table: `game_db.${name}`, snapshot });
const result = (id, name) => ({ id, ...(name ? { name } : {}), columns: data.columnsOf(data.shapes[id]), rows: data.shapes[id].rows, bytes: data.shapes[id].rows * 88 });

function badTable(source) {
  const at = source.indexOf("dwd_user_evnt");
  if (at < 0) return undefined;
  const before = source.slice(0, at);
  const line = before.split("\n").length;
  const start = Buffer.byteLength(before);
  return { code: "table.unknown", status: 400, message: "Table dwd_user_evnt not found.", text: source, span: { start, end: start + 13, line, column: at - before.lastIndexOf("\n") }, suggestions: ["dwd_user_event"] };
}

async function runCell(book, cell, job) {
  const say = (run) => { cell.run = run; emit({ type: "cell", notebook: book.name, cell: cell.id, run }); };
  const startedAt = new Date().toISOString();
  const steps = cell.id === "dwd_event" ? 8 : 2;
  for (let i = 0; i < steps; i++) {
    say({ state: "running", startedAt, progress: i / steps });
    await sleep(60);
    if (state.cancelled.has(job.id)) { say({ state: "cancelled", elapsedMs: 60 * i }); return false; }
  }
  const executionCount = ++state.runs;
  const problem = badTable(cell.source);
  if (problem) { say({ state: "error", elapsedMs: 3, executionCount, problem, statements: [{ sql: cell.source, elapsedMs: 3, problem }] }); return false; }
  if (cell.kind === "python") { say({ state: "error", elapsedMs: 1, executionCount, problem: { code: "cell.python", status: 400, message: "Python cells are shown but not run.", hint: "Write the step as SQL: CREATE TABLE … AS SELECT … FROM parquet.`glob`" } }); return false; }
  const effect = data.effects[cell.id] ?? data.effects[cell.name] ?? { result: /million|user_event/.test(cell.source) ? "million" : "retention", reads: ["ads_retention_daily"] };
  const statements = cell.source.split(/;\s*\n/).filter((sql) => sql.trim() !== "").map((sql, i, all) => ({
    sql, kind: effect.writes ? "create table" : "query", elapsedMs: 12 + i, duckSql: `SELECT * FROM (${sql.replace(/\s+/g, " ").slice(0, 400)}) -- as DuckDB ran it`,
    reads: (effect.reads ?? []).map((name) => ref(name)), writes: (effect.writes ?? []).map((name) => ref(name, state.snapshot + 1)),
    ...(effect.affected ? { affectedRows: effect.affected, message: `${effect.affected.toLocaleString("en-US")} rows written to ${(effect.writes ?? []).map((name) => `game_db.${name}`).join(", ")}` } : {}), ...(effect.result ? { result: result(all.length > 1 && i === 0 ? "wide" : effect.result, cell.name) } : {}),
  }));
  for (const name of effect.writes ?? []) { state.made.add(name); state.snapshot++; emit({ type: "catalog", table: ref(name) }); }
  const rows = effect.affected ?? data.shapes[effect.result]?.rows;
  say({ state: "ok", startedAt, elapsedMs: effect.writes ? 840 : 12, executionCount, rows, statements });
  return true;
}

async function runCells(book, cells, job) {
  const started = Date.now();
  const tell = (change) => { Object.assign(job, { elapsedMs: Date.now() - started }, change); emit({ type: "job", job: { ...job } }); };
  for (const cell of cells) { cell.run = { state: "queued" }; emit({ type: "cell", notebook: book.name, cell: cell.id, run: cell.run }); }
  let done = 0;
  for (const cell of cells) {
    tell({ title: `${book.name}: ${cell.name ?? cell.id}`, done, total: cells.length, progress: done / cells.length });
    if (!(await runCell(book, cell, job))) {
      for (const rest of cells.slice(done + 1)) { rest.run = { state: "idle" }; emit({ type: "cell", notebook: book.name, cell: rest.id, run: rest.run }); }
      return tell({ state: state.cancelled.has(job.id) ? "cancelled" : "error", ...(cell.run.problem ? { problem: cell.run.problem } : {}) });
    }
    done++;
  }
  tell({ state: "ok", done, progress: 1 });
}

function startRun(book, cells, title) {
  const job = { id: `job-${state.jobs.length + 1}`, kind: "notebook", state: "running", title, notebook: book.name, startedAt: new Date().toISOString(), done: 0, total: cells.length, progress: 0 };
  state.jobs.unshift(job);
  void runCells(book, cells, job);
  return { ...job };
}

function demo() {
  const workspace = open("/home/ana/game-demo", "game");
  state.notebooks.set("game_etl.ipynb", data.notebook());
  const book = state.notebooks.get("game_etl.ipynb");
  return { workspace, job: startRun(book, book.cells.filter((cell) => cell.kind === "sql" && cell.id !== "gmv"), "game_etl.ipynb"), notebook: book.name, dashboard: "game" };
}

function edit(book, { etag, edits }) {
  if (etag !== book.etag) throw new Refusal(409, "notebook.changed", "The notebook changed on disk.");
  for (const e of edits) {
    const at = book.cells.findIndex((cell) => cell.id === e.cell);
    const cell = book.cells[at];
    if (e.op === "insert") book.cells.splice(e.after ? book.cells.findIndex((c) => c.id === e.after) + 1 : 0, 0, { id: e.cell, kind: e.kind, source: e.source ?? "", dialect: e.dialect ?? "spark", run: { state: "idle" }, ...(e.name ? { name: e.name } : {}) });
    else if (e.op === "setParameter") book.parameters.find((p) => p.name === e.parameter).value = e.value;
    else if (!cell) throw new Refusal(400, "cell.unknown", `No cell ${e.cell}.`);
    else if (e.op === "delete") book.cells.splice(at, 1);
    else if (e.op === "move") { book.cells.splice(at, 1); book.cells.splice(e.after ? book.cells.findIndex((c) => c.id === e.after) + 1 : 0, 0, cell); }
    else if (e.op === "setSource") { cell.source = e.source; if (cell.run?.state === "ok") cell.run = { ...cell.run, state: "stale" }; }
    else Object.assign(cell, { setDialect: { dialect: e.dialect }, setName: { name: e.name }, setView: { view: e.view }, setChart: { chart: e.chart }, setCollapsed: { collapsed: e.collapsed } }[e.op]);
  }
  book.etag = String(Number(book.etag) + 1);
  return book;
}

function tableInfo(database, name) {
  if (!data.tables.includes(name)) throw new Refusal(404, "table.unknown", `Table ${database}.${name} not found.`, { suggestions: ["dwd_user_event"] });
  const shape = data.shapes[name.startsWith("ads") ? "retention" : "million"];
  const snapshots = Array.from({ length: 12 }, (_, i) => ({ id: i + 1, kind: i === 5 ? "COMPACT" : i % 4 === 3 ? "OVERWRITE" : "APPEND", at: new Date(data.DAY0 + 864e5 * 80 + i * 3.6e6).toISOString(), totalRows: Math.round((shape.rows * (i + 1)) / 12), deltaRows: i === 5 ? 0 : i % 4 === 3 ? -Math.round(shape.rows / 40) : Math.round(shape.rows / 12), user: "laketop" }));
  return {
    database, name, kind: "table", columns: data.columnsOf(shape), partitionKeys: name.startsWith("dwd") ? ["event_date"] : [], primaryKeys: [], options: { bucket: "-1", "file.format": "parquet", "file.compression": "zstd" },
    snapshot: 12, snapshotAt: snapshots[11].at, rows: shape.rows, files: 23, bytes: shape.rows * 88, snapshots,
    ddl: `CREATE TABLE ${database}.${name} (\n${shape.columns.map((c) => `  ${c.name} ${c.type.toUpperCase()}`).join(",\n")}\n) USING paimon\nTBLPROPERTIES ('bucket' = '-1', 'file.format' = 'parquet')`,
  };
}

const first = () => ({ branches: new Map([["fix_refund", 5]]), tags: new Map([["daily-1120", 4], ["daily-1121", 7]]), newest: 9, compacted: false });
const DELTAS = [2400, 1100, 0, 1600, 700, -421, 300, 900, 500];
/** A primary-key table with a past, branches and tags, which statements change. */
function orders(branch) {
  const own = state.orders;
  const newest = branch ? own.branches.get(branch) : own.newest;
  if (newest === undefined) throw new Refusal(404, "table.branch_unknown", `Branch ${branch} of game_db.dwd_order_wide not found.`);
  const at = (id) => new Date(data.DAY0 + 864e5 * 88 + id * 3.6e6).toISOString();
  const snapshots = DELTAS.slice(0, newest).map((delta, i) => ({ id: i + 1, kind: i === 2 || i === 5 ? "COMPACT" : "APPEND", at: at(i + 1), totalRows: DELTAS.slice(0, i + 1).reduce((a, b) => a + b, 0), deltaRows: delta, schema: 0, user: "laketop" }));
  if (!branch && own.compacted) snapshots.push({ id: 10, kind: "COMPACT", at: at(10), totalRows: 6800, deltaRows: 0, schema: 0, user: "laketop" });
  const refs = (map, more = () => ({})) => [...map].map(([name, snapshot]) => ({ name, snapshot, at: at(snapshot), ...more(snapshot) }));
  const small = own.compacted ? [] : [0, 1].map((bucket) => ({ partition: "", bucket, level: 0, files: 3, rows: 850, bytes: 9216, small: 3 }));
  const storage = [...small, ...[0, 1].map((bucket) => ({ partition: "", bucket, level: 5, files: 1, rows: 2550, bytes: 18432, small: 1 }))];
  return {
    database: "game_db", name: "dwd_order_wide", kind: "table", columns: data.columnsOf(data.shapes.orders).map((c, i) => (i === 0 ? { ...c, nullable: false } : c)), partitionKeys: [], primaryKeys: ["order_id"],
    options: { bucket: "2", "merge-engine": "partial-update", "file.format": "parquet" }, mergeEngine: "partial-update", buckets: 2, sequenceGroups: 1, snapshot: snapshots.at(-1)?.id ?? 0, snapshotAt: snapshots.at(-1)?.at,
    rows: snapshots.at(-1)?.totalRows ?? 0, files: storage.reduce((n, part) => n + part.files, 0), bytes: storage.reduce((n, part) => n + part.bytes, 0), snapshots, storage, tags: refs(own.tags), branches: refs(own.branches, (base) => ({ base, ahead: 0, behind: own.newest - base })),
    ddl: "CREATE TABLE game_db.dwd_order_wide (\n  order_id BIGINT NOT NULL\n) USING paimon\nTBLPROPERTIES ('primary-key' = 'order_id', 'bucket' = '2')",
  };
}

/** A CALL statement on the table of orders; its answer is what the engine's would be. */
function statement(sql) {
  const own = state.orders;
  const [, procedure, list] = /^CALL sys\.(\w+)\((.*)\)$/.exec(sql) ?? [];
  if (!procedure) return { result: result("retention") };
  const args = Object.fromEntries(list.split(", ").map((one) => one.split(" => ")).map(([name, value]) => [name, value.replace(/^'|'$/g, "")]));
  if (args.dry_run && (procedure === "rollback" || procedure === "fast_forward")) {
    const to = procedure === "rollback" ? Number(args.snapshot) : own.branches.get(args.branch);
    const all = orders().snapshots.map((one) => ({ id: one.id, kind: one.kind, at: Date.parse(one.at), total: one.totalRows, delta: one.deltaRows }));
    const tags = [...own.tags].filter(([, id]) => id > to).map(([tag, id]) => ({ ...all[id - 1], tag }));
    data.keepLosses(all[to - 1], all.at(-1).total, all.slice(to).reverse(), tags);
    return { result: result("losses") };
  }
  if (args.dry_run) return { result: result(procedure === "expire_snapshots" ? "dry" : "dryFiles") };
  const id = Number(args.snapshot ?? own.newest);
  if (procedure === "create_branch" && own.branches.has(args.branch)) return { problem: { code: "table.branch_exists", status: 409, message: `branch ${args.branch} of game_db.dwd_order_wide exists already` } };
  ({
    create_tag: () => own.tags.set(args.tag, id), delete_tag: () => own.tags.delete(args.tag), create_branch: () => own.branches.set(args.branch, id), delete_branch: () => own.branches.delete(args.branch),
    rollback: () => Object.assign(own, { newest: id, compacted: false }), fast_forward: () => Object.assign(own, { newest: own.branches.get(args.branch) }), compact: () => Object.assign(own, { compacted: true }),
  })[procedure]?.();
  emit({ type: "catalog", table: ref("dwd_order_wide") });
  return { result: result("done") };
}

const layer = (name) => /^(ods|dwd|dws|ads)/.exec(name)?.[1] ?? "";
const folders = (path) => {
  const at = path || "/home/ana";
  const kinds = at === "/home/ana" ? [["data", "folder"], ["game-demo", "workspace"], ["warehouse", "warehouse"], ["events.csv", "file"], ["user_event.parquet", "file"]] : [["2026", "folder"], ["events.parquet", "file"]];
  return { path: at, ...(at === "/" ? {} : { parent: at.slice(0, at.lastIndexOf("/")) || "/" }), entries: kinds.map(([name, kind]) => ({ name, path: `${at}/${name}`, kind, ...(kind === "file" ? { sizeBytes: 8_421_376 } : {}) })) };
};
const inspection = (path) => ({ path, files: 1, bytes: 8_421_376, columns: [["user_id", "bigint", "integer"], ["event_type", "string", "text"], ["timestamp", "string", "text"], ["amount", "double", "float"], ["location", "string", "text"], ["device", "string", "text"]].map(([name, type, kind]) => ({ name, type, kind })), rows: Array.from({ length: 5 }, (_, i) => [String(10001 + i), "login", "2026-11-20 10:0" + i, i % 2 ? null : "68.00", "广东省深圳市", "iOS"]), guess: { who: "user_id", when: "timestamp", what: "event_type", amount: "amount", place: "location", device: "device" } });
const about = () => ({ version: "0.1.0", duckdb: "v1.5.5", os: "linux/amd64", window: false, defaultLanguage: "en", cores: 8, memoryBytes: 32 * GB });
const words = (sql, at) => { const w = /[\w.]*$/.exec(Buffer.from(sql).subarray(0, at).toString())[0].split(".").pop().toLowerCase(); return [...data.tables.map((name) => ({ label: name, kind: "table", insert: name, detail: "game_db" })), ...["SELECT", "FROM", "WHERE", "GROUP BY"].map((k) => ({ label: k, kind: "keyword", insert: k })), ...["count", "coalesce", "date_add"].map((k) => ({ label: k, kind: "function", insert: `${k}(` })), ...data.shapes.retention.columns.map((c) => ({ label: c.name, kind: "column", insert: c.name, detail: c.type }))].filter((c) => c.label.toLowerCase().startsWith(w)); };
const book = (name) => state.notebooks.get(name) ?? (() => { throw new Refusal(404, "notebook.unknown", `No notebook ${name}.`); })();
const pickCells = (doc, { mode, cell }) => { const at = doc.cells.findIndex((c) => c.id === cell); const runnable = (c) => c.kind === "sql" || (mode === "one" && c.kind === "python"); return doc.cells.filter((c, i) => runnable(c) && (mode === "all" || (mode === "one" ? i === at : mode === "above" ? i <= at : i >= at))); };

/** METHOD and path pattern → answer; captured segments, body, query. */
state.orders = first();
const routes = [
  ["GET", "/about", about],
  ["GET", "/settings", () => state.settings],
  ["PUT", "/settings", (_, body) => Object.assign(state.settings, body)],
  ["GET", "/workspace", () => state.workspace],
  ["POST", "/workspace/open", (_, body) => { if (/missing/.test(body.path)) throw new Refusal(404, "workspace.missing", `There is no folder ${body.path}.`, { hint: "Choose another folder, or make a new workspace there." }); return open(body.path); }],
  ["POST", "/workspace/shipped", () => state.workspace],
  ["POST", "/workspace/close", () => { state.workspace = { open: false }; emit({ type: "workspace", workspace: state.workspace }); return state.workspace; }],
  ["POST", "/workspace/demo", demo],
  ["GET", "/folders", (_, __, query) => folders(query.get("path"))],
  ["POST", "/sources/inspect", (_, body) => inspection(body.path)],
  ["POST", "/sources/events", demo],
  ["GET", "/catalog", () => ({ databases: [{ name: "game_db", tables: data.tables.map((name) => ({ name, kind: "table", layer: layer(name) })) }] })],
  ["GET", "/catalog/:d/:t", ([d, t], _, query) => (t === "dwd_order_wide" ? orders(query.get("branch")) : tableInfo(d, t))],
  ["POST", "/catalog/:d/:t/preview", ([, t], { snapshot }) => result(t === "dwd_order_wide" ? (snapshot && snapshot < 10 ? `orders-${snapshot}` : "orders") : t.startsWith("ads") ? "retention" : "million")],
  ["POST", "/catalog/:d/:t/diff", () => ({ result: result("diff"), inserted: 6, updated: 15, deleted: 3, keys: ["order_id"], columns: [{ name: "user_id", changed: 0 }, { name: "pay_status", changed: 4 }, { name: "pay_amount", changed: 5 }, { name: "refund_status", changed: 5 }] })],
  ["POST", "/catalog/:d/:t/versions", (_, { key }) => { if (!/^\d+$/.test(key.order_id)) throw new Refusal(422, "versions.key_value", `${key.order_id} is no value of order_id, which is BIGINT`); return key.order_id === "8820411015" ? { versions: result("versions"), merged: result("merged") } : { versions: result("none"), merged: result("none") }; }],
  ["POST", "/query", (_, { sql }) => [{ sql, elapsedMs: 3, ...statement(sql) }]],
  ["POST", "/sql/complete", (_, body) => words(body.sql, body.offset)],
  ["POST", "/sql/check", (_, body) => [badTable(body.sql)].filter(Boolean)],
  ["GET", "/results/:r", ([r]) => result(r)],
  ["GET", "/results/:r/profile", ([r]) => data.profile(r)],
  ["POST", "/results/:r/chart", ([r]) => data.chart(r)],
  ["GET", "/notebooks", () => [...state.notebooks.values()].map(({ name, title }) => ({ name, title }))],
  ["POST", "/notebooks", (_, body) => { const doc = { ...data.notebook(), name: body.name, title: body.name, parameters: [], cells: [{ id: "c1", kind: "sql", dialect: "spark", name: "cell_1", source: "", run: { state: "idle" } }] }; state.notebooks.set(body.name, doc); return doc; }],
  ["GET", "/notebooks/:n", ([n]) => book(n)],
  ["PATCH", "/notebooks/:n", ([n], body) => edit(book(n), body)],
  ["POST", "/notebooks/:n/run", ([n], body) => startRun(book(n), pickCells(book(n), body), n)],
  ["POST", "/notebooks/:n/save-with-outputs", ([n]) => book(n)],
  ["GET", "/jobs", () => state.jobs],
  ["POST", "/jobs/:j/cancel", ([j]) => { state.cancelled.add(j); return state.jobs.find((job) => job.id === j); }],
  ["GET", "/dashboards", () => (state.workspace.open ? [{ name: "game", title: "Game overview" }] : [])],
  ["GET", "/dashboards/:d", () => ({ name: "game", title: "Game overview", datasets: { retention: { sql: "SELECT * FROM game_db.ads_retention_daily" } }, rows: [{ tiles: [{ title: "Retention", dataset: "retention", chart: { kind: "line", x: "dt", y: ["d1_retention_rate", "d7_retention_rate"], format: "ratio" } }] }] })],
  ["POST", "/dashboards/:d/run", () => ({ datasets: { retention: { table: data.chart("retention"), reads: [ref("ads_retention_daily")], elapsedMs: 5 } }, params: {}, elapsedMs: 5 })],
  ["GET", "/maps/:m", () => ({ type: "FeatureCollection", features: [] })],
  ["POST", "/mock/reset", () => { state.workspace = { open: false }; state.notebooks.clear(); state.orders = first(); Object.assign(state.settings, { language: "en", theme: "light" }); return {}; }],
].map(([method, pattern, run]) => ({ method, run, re: new RegExp(`^${pattern.replace(/:\w+/g, "([^/]+)")}$`) }));

async function api(request, response, url) {
  const path = url.pathname.slice("/api/v1".length);
  const token = request.headers.authorization?.replace("Bearer ", "") ?? url.searchParams.get("token");
  if (token !== "mock") return json(response, 401, { code: "api.token", message: "The token is missing or wrong.", status: 401 });
  if (path === "/events") return stream(response);
  const rows = /^\/results\/([^/]+)\/rows$/.exec(path);
  if (rows) {
    const q = url.searchParams;
    const body = data.page(rows[1], Number(q.get("offset") ?? 0), Number(q.get("limit") ?? 500), q.get("sort"));
    response.writeHead(200, { "Content-Type": "application/vnd.apache.arrow.stream", "Content-Length": body.length });
    return response.end(body);
  }
  if (/^\/results\/[^/]+\/file$/.test(path)) { response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Disposition": `attachment; filename="${url.searchParams.get("name") ?? "result"}.${url.searchParams.get("format")}"` }); return response.end("dt,dau\n2026-08-24,17539\n"); }
  let text = "";
  for await (const chunk of request) text += chunk;
  for (const route of routes) {
    const match = route.method === request.method && route.re.exec(path);
    if (!match) continue;
    try {
      return json(response, 200, await route.run(match.slice(1).map(decodeURIComponent), text ? JSON.parse(text) : {}, url.searchParams));
    } catch (error) {
      return json(response, error.problem?.status ?? 500, error.problem ?? { code: "mock.failed", message: String(error), status: 500 });
    }
  }
  json(response, 404, { code: "api.unknown", message: `No ${request.method} ${path}.`, status: 404 });
}

function json(response, status, body) {
  response.writeHead(status, { "Content-Type": status < 400 ? "application/json" : "application/problem+json" });
  response.end(JSON.stringify(body));
}

function stream(response) {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  state.clients.add(response);
  const beat = () => response.write(`data: ${JSON.stringify({ type: "status", status: { memoryBytes: 1.4 * GB, memoryLimitBytes: 8 * GB, requestsSent: 0 } })}\n\n`);
  beat();
  const timer = setInterval(beat, 2000);
  response.on("close", () => { clearInterval(timer); state.clients.delete(response); });
}

function file(response, path) {
  const full = normalize(join(dist, path === "/" ? "index.html" : path));
  if (!full.startsWith(dist) || !existsSync(full) || !statSync(full).isFile()) { response.writeHead(404); return response.end(); }
  response.writeHead(200, { "Content-Type": MIME[extname(full)] ?? "application/octet-stream", "Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff" });
  createReadStream(full).pipe(response);
}

createServer((request, response) => {
  const url = new URL(request.url, "http://mock");
  if (url.pathname.startsWith("/api/v1")) void api(request, response, url);
  else file(response, url.pathname);
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/?token=mock`));
