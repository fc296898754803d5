import type { Hover } from "./drawing";
import { dateText, exact, format, hourText } from "./format";
import type { Language } from "./spec";

interface Param {
  readonly seriesIndex?: number;
  readonly name?: string;
  readonly value?: unknown;
  readonly axisValue?: string | number;
}

/** The classes of a tooltip's parts. No inline styles: the page's policy forbids them. */
export interface TooltipClasses {
  readonly title: string;
  readonly row: string;
  readonly name: string;
  readonly value: string;
}

/** What the pointer rests on, as an element. */
export function tooltip(params: Param | readonly Param[], hover: Hover, language: Language, css: TooltipClasses): HTMLElement {
  const list = (Array.isArray(params) ? params : [params]) as readonly Param[];
  const box = document.createElement("div");
  const add = (parent: HTMLElement, className: string, text: string): HTMLElement => {
    const e = document.createElement("div");
    e.className = className;
    e.textContent = text;
    parent.append(e);
    return e;
  };
  add(box, css.title, title(list[0], hover, language));
  for (const p of list) {
    const series = hover.series[hover.trigger === "item" ? 0 : (p.seriesIndex ?? 0)];
    if (!series) continue;
    const row = add(box, css.row, "");
    if (series.color) {
      const swatch = document.createElement("i");
      swatch.style.background = series.color;
      row.append(swatch);
    }
    add(row, css.name, series.name);
    add(row, css.value, exact(series.format, numberOf(p.value), language));
  }
  return box;
}

/** Points are [x, y], cells [x, y, v], slices and regions a number. */
function numberOf(value: unknown): number | null {
  const v: unknown = Array.isArray(value) ? value[value.length - 1] : value;
  return typeof v === "number" && Number.isFinite(v) ? v : null;
}

function title(p: Param | undefined, hover: Hover, language: Language): string {
  if (!p) return "";
  if (hover.trigger === "item") return hover.names?.[p.name ?? ""] ?? p.name ?? "";
  const at = p.axisValue;
  if (typeof at !== "number") return String(at ?? p.name ?? "");
  if (hover.axis === "hour") return `${dateText(at, language)} ${hourText(at)}`;
  return hover.axis === "date" ? dateText(at, language) : format("text", at, language);
}
