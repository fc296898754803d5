import type { Cell, Job, Layer } from "../../api/types";

export type StepState = "idle" | "running" | "ok" | "error";

export interface Step {
  readonly key: "load" | "build" | "notebook" | "dashboard";
  readonly state: StepState;
  /** 0..1 while running. */
  readonly progress: number;
  readonly rows: number;
  readonly elapsedMs: number;
  readonly done: number;
  readonly total: number;
  /** The layer being built. */
  readonly layer: Layer;
}

const WRITES = /\b(?:create\s+(?:or\s+replace\s+)?table(?:\s+if\s+not\s+exists)?|insert\s+(?:into|overwrite)(?:\s+table)?)\s+[`\w.${}]*?(ods|dwd|dws|ads)_/gi;

/** layersOf names the layers that a cell writes, by its statements. */
export function layersOf(source: string): Layer[] {
  return [...source.matchAll(WRITES)].map((match) => match[1]?.toLowerCase() as Layer);
}

/** stepsOf says how far the demo is: loading (to ODS), building (DWD, ADS), the rest of the notebook, the dashboard. */
export function stepsOf(cells: readonly Cell[], job: Job | undefined): Step[] {
  const sql = cells.filter((cell) => cell.kind === "sql");
  const last = (wanted: readonly Layer[]) => sql.findLastIndex((cell) => layersOf(cell.source).some((layer) => wanted.includes(layer)));
  const loadEnd = last(["ods"]) + 1;
  const buildEnd = Math.max(last(["dwd", "dws", "ads"]) + 1, loadEnd);
  const finished = job?.state === "ok";
  const part = (key: Step["key"], own: readonly Cell[]): Step => {
    const done = own.filter((cell) => cell.run?.state === "ok").length;
    const failed = own.some((cell) => cell.run?.state === "error") || (job?.state === "error" && own.some((cell) => cell.run?.state !== "ok") && own.some((cell) => cell.run?.state === "ok"));
    const running = own.find((cell) => cell.run?.state === "running");
    const started = running !== undefined || done > 0;
    const complete = finished || (own.length > 0 && done === own.length);
    const inside = running?.run?.progress ?? 0;
    return {
      key,
      state: failed ? "error" : complete ? "ok" : started ? "running" : "idle",
      progress: own.length === 0 ? 0 : (done + inside) / own.length,
      rows: own.reduce((sum, cell) => sum + rowsOf(cell), 0),
      elapsedMs: own.reduce((sum, cell) => sum + (cell.run?.elapsedMs ?? 0), 0),
      done,
      total: own.length,
      layer: running ? (layersOf(running.source)[0] ?? "") : "",
    };
  };
  return [
    part("load", sql.slice(0, loadEnd)),
    part("build", sql.slice(loadEnd, buildEnd)),
    part("notebook", sql.slice(buildEnd)),
    { key: "dashboard", state: finished ? "running" : "idle", progress: 0, rows: 0, elapsedMs: 0, done: 0, total: 0, layer: "" },
  ];
}

function rowsOf(cell: Cell): number {
  const affected = (cell.run?.statements ?? []).reduce((sum, statement) => sum + (statement.affectedRows ?? 0), 0);
  return affected > 0 ? affected : 0;
}
