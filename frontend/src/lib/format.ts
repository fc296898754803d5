/** Numbers, sizes and times as people read them. Units stand after a space; minus is U+2212. */
import { type Language, language } from "./i18n";
import { clock, machineZone } from "./zone";

const MINUS = "\u2212";

/** count writes whole numbers with thousands separators. */
export function count(n: number | bigint): string {
  return n.toLocaleString("en-US").replace("-", MINUS);
}

/** signed is a change: +612 or \u221240. */
export function signed(n: number): string {
  return n > 0 ? `+${count(n)}` : count(n);
}

/** short writes a big number in three digits: 8.53 M, or 853.3 万 in Chinese. */
export function short(n: number, lang: Language = language()): string {
  const steps: [number, string][] = lang === "zh-CN" ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "B"], [1e6, "M"], [1e4, "K"]];
  for (const [step, unit] of steps) {
    if (Math.abs(n) >= step) {
      const scale = unit === "K" ? 1e3 : step;
      return `${trim((n / scale).toPrecision(3))} ${unit}`.replace("-", MINUS);
    }
  }
  return count(n);
}

export function bytes(n: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let i = 0;
  let value = n;
  while (value >= 1000 && i < units.length - 1) {
    value /= 1024;
    i++;
  }
  return `${i === 0 || value >= 100 ? Math.round(value) : trim(value.toFixed(1))} ${units[i]}`;
}

/** memory is an amount of main memory: whole megabytes at least, for a byte of it says nothing. */
export function memory(n: number): string {
  return n < 1024 ** 2 ? "0 MB" : bytes(n);
}

export function gigabytes(n: number): string {
  return (n / 1024 ** 3).toFixed(1);
}

/** duration: 3 ms, 0.84 s, 12.4 s, 2 min 5 s. */
export function duration(ms: number): string {
  if (ms < 100) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** moment writes a time of the engine in the zone that is shown: 2026-11-21 10:32. */
export function moment(iso: string, seconds = false): string {
  return written(iso, (ms) => clock(ms).slice(0, seconds ? 19 : 16));
}

/** localMoment writes a time that belongs to no workspace, in this machine's zone. */
export function localMoment(iso: string): string {
  return written(iso, (ms) => clock(ms, machineZone()).slice(0, 16));
}

function written(iso: string, write: (ms: number) => string): string {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? iso : write(ms);
}

function trim(text: string): string {
  return text.includes(".") && !text.includes("e") ? text.replace(/\.?0+$/, "") : text;
}
