import { expect, test } from "vitest";
import type { Cell, CellRun, Job } from "../../api/types";
import { workspaceFor } from "./EventsDialog";
import { layersOf, stepsOf } from "./steps";

const cell = (id: string, source: string, state: CellRun["state"], more: Partial<CellRun> = {}): Cell => ({ id, kind: "sql", source, run: { state, ...more } });
const cells = (states: CellRun["state"][]): Cell[] => [
  cell("v", "SELECT * FROM files('x')", states[0] ?? "idle"),
  cell("o", "CREATE TABLE IF NOT EXISTS paimon_catalog.game_db.ods_user_event USING paimon AS SELECT 1", states[1] ?? "idle", { elapsedMs: 100, statements: [{ sql: "", elapsedMs: 1, affectedRows: 900 }] }),
  cell("d", "DROP TABLE IF EXISTS x; CREATE TABLE game_db.dwd_user_event AS SELECT 1", states[2] ?? "idle"),
  cell("a", "INSERT OVERWRITE `game_db`.`ads_retention_daily` SELECT 1", states[3] ?? "idle"),
  cell("m", "CREATE VIEW game_db.ADS_MV_X AS SELECT 1", states[4] ?? "idle"),
];
const job = (state: Job["state"]): Job => ({ id: "j", kind: "notebook", state, title: "" });
const states = (list: CellRun["state"][], now: Job["state"]) => stepsOf(cells(list), job(now)).map((step) => step.state).join(" ");

test("the layer is read from what a statement writes", () => {
  expect(layersOf("INSERT INTO game_db.dwd_x SELECT * FROM game_db.ods_y")).toEqual(["dwd"]);
});

test("the steps tick one after the other", () => {
  expect(states(["running"], "running")).toBe("running idle idle idle");
  expect(states(["ok", "ok", "running"], "running")).toBe("ok running idle idle");
  expect(states(["ok", "ok", "ok", "ok", "running"], "running")).toBe("ok ok running idle");
  expect(states(["ok", "ok", "ok", "ok", "ok"], "ok")).toBe("ok ok ok running");
});

test("a step that failed says so", () => {
  expect(states(["ok", "ok", "error"], "error")).toBe("ok error idle idle");
});

test("loading counts the rows that landed", () => {
  expect(stepsOf(cells(["ok", "ok"]), job("running"))[0]).toMatchObject({ rows: 900, elapsedMs: 100, done: 2, total: 2 });
});

test.each([
  ["/data/game/events/2026-*.parquet", "/home/ana", "/data/game/events-lake"],
  ["/data/game/events/day=*/x.parquet", "/home/ana", "/data/game/events-lake"],
  ["/home/ana/data/log.csv", "/home/ana", "/home/ana/data-lake"],
  ["/home/ana/log.csv", "/home/ana", "/home/ana/log-lake"],
  ["/home/2026-*.csv", "/home/ana", "/home/ana/2026-lake"],
  ["/data/log.csv", "/home/ana", "/home/ana/log-lake"],
  ["C:\\data\\game\\*.csv", "C:\\Users\\ana", "C:\\data\\game-lake"],
  ["C:\\Users\\ana\\*.csv", "C:\\Users\\ana", "C:\\Users\\ana\\events-lake"],
])("a workspace for %s stands beside its folder", (path, home, want) => {
  expect(workspaceFor(path, home)).toBe(want);
});
