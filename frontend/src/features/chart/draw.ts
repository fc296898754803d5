import { message, type Drawing } from "./drawing";
import { bar } from "./kinds/bar";
import { cohort } from "./kinds/cohort";
import { combo } from "./kinds/combo";
import { donut } from "./kinds/donut";
import { heatmap } from "./kinds/heatmap";
import { kpi } from "./kinds/kpi";
import { line } from "./kinds/line";
import { list } from "./kinds/list";
import { map } from "./kinds/map";
import { tableTile } from "./kinds/table";
import type { ChartSpec, ChartTable, Env } from "./spec";
import { word } from "./words";

/** A spec asked for something this version does not draw. */
export class UnknownKind extends Error {
  constructor(kind: string) {
    super(`no chart kind ${kind}`);
    this.name = "UnknownKind";
  }
}

/**
 * The one function that makes pictures: same table, spec and env, same drawing,
 * in the page and in the binary. No network, no DOM, no clock. Throws
 * UnknownColumn when the result lacks what the spec names.
 */
export function draw(table: ChartTable, spec: ChartSpec, env: Env, title = ""): Drawing {
  if (table.rows === 0 && spec.kind !== "kpi") return message(word(env.language, "empty"), env);
  switch (spec.kind) {
    case "line":
    case "area":
      return line(table, spec, env);
    case "bar":
    case "stacked":
      return bar(table, spec, env);
    case "combo":
      return combo(table, spec, env);
    case "pie":
    case "donut":
      return donut(table, spec, env);
    case "heatmap":
      return heatmap(table, spec, env);
    case "cohort":
      return cohort(table, spec, env);
    case "map":
      return map(table, spec, env);
    case "kpi":
      return kpi(table, spec, env, title);
    case "list":
      return list(table, spec, env);
    case "table":
      return tableTile(table, spec, env);
    default:
      throw new UnknownKind(String((spec as { kind: unknown }).kind));
  }
}
