import type { FormatName, Language, Value } from "./spec";
import { toNumber, toTime } from "./table";

/**
 * Numbers and dates as people write them: three significant digits with K, M, B
 * from 10,000 in English; 万 from 10,000 and 亿 from 1e8 in Chinese. Pure and
 * free of Intl, so that the page and the binary write the same characters.
 */

const minus = "−";

/** Thousands separators. */
export function grouped(v: number, decimals = 0): string {
  const [whole = "", part] = Math.abs(v).toFixed(decimals).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part === undefined ? "" : "." + part);
  return v < 0 && /[1-9]/.test(text) ? minus + text : text;
}

function significant(v: number): string {
  const a = Math.abs(v);
  return a >= 1000 ? grouped(v) : (v < 0 ? minus : "") + a.toFixed(a >= 99.95 ? 0 : a >= 9.995 ? 1 : 2);
}

/** The number and its unit apart, as a KPI draws them. */
export function compactParts(v: number, language: Language): [string, string] {
  const a = Math.abs(v);
  if (language === "zh-CN") {
    if (a >= 99_995_000) return [significant(v / 1e8), "亿"];
    if (a >= 1e4) return [significant(v / 1e4), "万"];
  } else {
    if (a >= 999_500_000) return [significant(v / 1e9), "B"];
    if (a >= 999_500) return [significant(v / 1e6), "M"];
    if (a >= 1e4) return [significant(v / 1e3), "K"];
  }
  return [Number.isInteger(v) || a >= 1000 ? grouped(v) : trimmed(v, a >= 100 ? 0 : a >= 10 ? 1 : 2), ""];
}

export const compact = (v: number, language: Language): string => compactParts(v, language).join("");

function trimmed(v: number, decimals: number): string {
  const text = grouped(v, decimals);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** For axes: as compact, without zeros at the end. */
export function axisNumber(v: number, language: Language): string {
  if (v === 0) return "0";
  const a = Math.abs(v);
  if (language === "zh-CN") {
    if (a >= 1e8) return trimmed(v / 1e8, 2) + "亿";
    if (a >= 1e4) return trimmed(v / 1e4, 2) + "万";
    return trimmed(v, 2);
  }
  if (a >= 1e9) return trimmed(v / 1e9, 2) + "B";
  if (a >= 1e6) return trimmed(v / 1e6, 2) + "M";
  if (a >= 1e4 || (a >= 1e3 && a % 100 === 0)) return trimmed(v / 1e3, 2) + "K";
  return trimmed(v, 2);
}

/** A signed change: the sign is always written, colour comes second. */
export function signed(v: number, decimals: number, unit: string): string {
  const text = Math.abs(v).toFixed(decimals);
  const sign = /[1-9]/.test(text) ? (v > 0 ? "+" : minus) : "±";
  return sign + text + unit;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number): string => String(n).padStart(2, "0");

/** A day without its year: Aug 24, 8月24日. */
export function dayText(time: number, language: Language): string {
  const d = new Date(time);
  if (language === "zh-CN") return `${d.getUTCMonth() + 1}月${d.getUTCDate()}日`;
  return `${months[d.getUTCMonth()]} ${d.getUTCDate()}`;
}

/** Month only, with the year in January. */
export function monthText(time: number, language: Language): string {
  const d = new Date(time);
  if (language === "zh-CN") return d.getUTCMonth() === 0 ? `${d.getUTCFullYear()}年1月` : `${d.getUTCMonth() + 1}月`;
  return d.getUTCMonth() === 0 ? `Jan ${d.getUTCFullYear()}` : (months[d.getUTCMonth()] ?? "");
}

/** A whole date: Aug 24, 2026; 2026年8月24日. */
export function dateText(time: number, language: Language): string {
  const d = new Date(time);
  return language === "zh-CN" ? `${d.getUTCFullYear()}年${dayText(time, language)}` : `${dayText(time, language)}, ${d.getUTCFullYear()}`;
}

export function hourText(time: number): string {
  const d = new Date(time);
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}

/** A range of dates, the year once where it is the same. */
export function rangeText(from: number, to: number, language: Language): string {
  const sameYear = new Date(from).getUTCFullYear() === new Date(to).getUTCFullYear();
  if (from === to) return dateText(to, language);
  if (language === "zh-CN") return `${dateText(from, language)} – ${sameYear ? dayText(to, language) : dateText(to, language)}`;
  return `${sameYear ? dayText(from, language) : dateText(from, language)} – ${dateText(to, language)}`;
}

/** A value in full, for cells, labels and tooltips. */
export function format(name: FormatName | undefined, v: Value | undefined, language: Language): string {
  if (v === null || v === undefined) return "–";
  if (name === "date" || name === "hour") {
    const t = toTime(v);
    if (t === null) return String(v);
    return name === "date" ? dateText(t, language) : hourText(t);
  }
  const n = name === "text" ? null : toNumber(v);
  if (n === null || typeof v === "boolean") return String(v);
  switch (name) {
    case "ratio":
      return `${(n * 100).toFixed(1)}%`;
    case "percent":
      return `${n.toFixed(1)}%`;
    case "integer":
      return grouped(n);
    case "cny":
      return yuan(compact(n, language));
    case "count":
      return compact(n, language);
    default:
      return typeof v === "number" ? trimmed(n, Math.abs(n) >= 100 ? 1 : 3) : String(v);
  }
}

/** A value exactly, for tooltips: no K, M or 万. */
export function exact(name: FormatName | undefined, v: Value | undefined, language: Language): string {
  const n = typeof v === "number" ? v : null;
  if (n === null) return format(name, v, language);
  if (name === "count" || name === "integer") return Number.isInteger(n) ? grouped(n) : grouped(n, 1);
  if (name === "cny") return yuan(grouped(n, 2));
  if (name === "ratio") return `${(n * 100).toFixed(2)}%`;
  return format(name, v, language);
}

const yuan = (text: string): string => (text.startsWith(minus) ? minus + "¥" + text.slice(1) : "¥" + text);

/** A whole column with one unit and one number of decimals. */
export function columnFormat(values: readonly number[], name: FormatName | undefined, language: Language): (v: number) => string {
  if (name === "ratio" || name === "percent") return (v) => format(name, v, language);
  const most = Math.max(0, ...values.map(Math.abs));
  const units: [number, string][] = language === "zh-CN" ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "B"], [1e6, "M"], [1e4, "K"]];
  const found = units.find(([from]) => most >= from);
  const prefix = name === "cny" ? "¥" : "";
  if (!found) {
    const whole = values.every((v) => Number.isInteger(v)) || most >= 100;
    return (v) => prefix + grouped(v, whole ? 0 : 1);
  }
  const unit = found[1] === "K" ? 1e3 : found[0];
  const decimals = most / unit >= 100 ? 0 : 1;
  // What is little beside the largest keeps its own digits: 41 of 130K is not 0K.
  const little = decimals === 0 ? unit : unit / 20;
  return (v) => prefix + (Math.abs(v) < little ? grouped(v, 0) : grouped(v / unit, decimals) + found[1]);
}

/** A function in an option that can be told apart from others by its name. */
export type Named<F> = F & { formatName: string };

/** Names a formatter, so that two engines' options can be compared. */
export function named<F extends (...args: never[]) => string>(name: string, f: F): Named<F> {
  return Object.assign(f, { formatName: name });
}

/**
 * Labels of a value axis: the unit of a ratio stands on the top label only,
 * the currency on every label but zero.
 */
export function axisFormatter(name: FormatName | undefined, top: number, language: Language): Named<(v: number) => string> {
  return named(`axis ${name ?? "number"} ${top} ${language}`, (v: number) => {
    if (name === "ratio" || name === "percent") {
      const n = trimmed(name === "ratio" ? v * 100 : v, 2);
      return Math.abs(v - top) < 1e-9 ? n + "%" : n;
    }
    if (v === 0) return "0";
    return name === "cny" ? yuan(axisNumber(v, language)) : axisNumber(v, language);
  });
}
