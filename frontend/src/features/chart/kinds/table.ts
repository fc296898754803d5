import type { Drawing } from "../drawing";
import { format } from "../format";
import { fitText, textWidth } from "../measure";
import type { Shape } from "../shape";
import type { ChartTable, Env, FormatName, TableSpec } from "../spec";
import { column, isTime, measure } from "../table";
import { palette } from "../theme";
import { textIn, word } from "../words";

const rowHeight = 24;

/** A table as far as the tile reaches; what is left out is said. */
export function tableTile(table: ChartTable, spec: TableSpec, env: Env): Drawing {
  const p = palette(env.theme);
  const wanted = (spec.columns ?? table.columns.map((c) => c.name)).map(measure);
  const fits = Math.floor((env.height - 28) / rowHeight);
  const shown = Math.max(0, table.rows > fits ? fits - 1 : table.rows);
  const columns = wanted.map((m) => {
    const c = column(table, m.column);
    const name: FormatName | undefined = m.format ?? (isTime(c) && c.kind === "date" ? "date" : undefined);
    const cells = c.values.slice(0, shown).map((v) => format(name, v, env.language));
    const right = c.values.some((v) => typeof v === "number");
    const title = textIn(m.title, env.language) || m.column;
    return { title, cells, right, natural: Math.min(240, Math.max(32, textWidth(title, 12, 500), ...cells.map((t) => textWidth(t, 12)))) };
  });
  const free = env.width - 32 - columns.reduce((a, c) => a + c.natural, 0);
  const gap = columns.length > 1 ? Math.max(12, free / (columns.length - 1)) : 0;
  const out: Shape[] = [{ type: "rect", x: 16, y: 23, width: env.width - 32, height: 1, fill: p.border }];
  let x = 16;
  for (const c of columns) {
    // The sums of widths are not exact: half a pixel must not cost the last column its text.
    const width = Math.min(c.natural, Math.max(0, env.width - 15.5 - x));
    if (width < 24) break;
    const at = c.right ? x + width : x;
    const anchor = c.right ? "end" : "start";
    out.push({ type: "text", x: at, y: 15, text: fitText(c.title, width, 12, 500), size: 12, weight: 500, fill: p.text3, anchor });
    c.cells.forEach((text, i) => {
      out.push({ type: "text", x: at, y: 28 + i * rowHeight + 14, text: fitText(text, width, 12), size: 12, fill: p.text1, anchor, tip: text });
    });
    x += width + gap;
  }
  if (shown < table.rows) {
    out.push({ type: "text", x: 16, y: 28 + shown * rowHeight + 14, text: word(env.language, "rows", { n: shown, m: table.rows }), size: 12, fill: p.text3 });
  }
  return { width: env.width, height: env.height, charts: [], shapes: out };
}
