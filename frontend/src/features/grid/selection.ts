import type { ColumnKind } from "../../api/types";
import { clamp } from "./math";
import { grouped } from "./value";

export interface Place {
  readonly row: number;
  readonly column: number;
}

/** A rectangle of cells: where it began and where it is now. */
export interface Selection {
  readonly anchor: Place;
  readonly focus: Place;
}

export interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export function boxOf({ anchor, focus }: Selection): Box {
  return {
    top: Math.min(anchor.row, focus.row), bottom: Math.max(anchor.row, focus.row),
    left: Math.min(anchor.column, focus.column), right: Math.max(anchor.column, focus.column),
  };
}

export function holds(box: Box, row: number, column: number): boolean {
  return row >= box.top && row <= box.bottom && column >= box.left && column <= box.right;
}

export function cellsIn(box: Box): number {
  return (box.bottom - box.top + 1) * (box.right - box.left + 1);
}

interface Press {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** moved is the selection after a key, undefined for keys that are not of the grid. */
export function moved(selection: Selection, press: Press, rows: number, columns: number, page: number): Selection | undefined {
  const far = press.ctrlKey || press.metaKey;
  const { row, column } = selection.focus;
  const to = (r: number, c: number): Selection => {
    const focus = { row: clamp(r, 0, rows - 1), column: clamp(c, 0, columns - 1) };
    return { anchor: press.shiftKey ? selection.anchor : focus, focus };
  };
  switch (press.key) {
    case "ArrowDown": return to(far ? rows - 1 : row + 1, column);
    case "ArrowUp": return to(far ? 0 : row - 1, column);
    case "ArrowRight": return to(row, far ? columns - 1 : column + 1);
    case "ArrowLeft": return to(row, far ? 0 : column - 1);
    case "PageDown": return to(row + page, column);
    case "PageUp": return to(row - page, column);
    case "Home": return to(far ? 0 : row, 0);
    case "End": return to(far ? rows - 1 : row, columns - 1);
    case "a":
      return far ? { anchor: { row: 0, column: 0 }, focus: { row: rows - 1, column: columns - 1 } } : undefined;
    default: return undefined;
  }
}

export interface Sums {
  readonly cells: number;
  readonly sum: string | null;
  readonly average: string | null;
}

type Reader = (row: number, column: number) => string | null | undefined;

/** Above this many cells nothing is summed while a person drags. */
export const MOST_SUMMED = 50_000;

/** sumsOf adds what is selected, exactly: integers and decimals as whole numbers of their smallest unit. */
export function sumsOf(box: Box, kinds: readonly ColumnKind[], text: Reader): Sums {
  const cells = cellsIn(box);
  if (cells > MOST_SUMMED) return { cells, sum: null, average: null };
  const numbers: string[] = [];
  for (let column = box.left; column <= box.right; column++) {
    if (!isNumeric(kinds[column] ?? "unknown")) continue;
    for (let row = box.top; row <= box.bottom; row++) {
      const value = text(row, column);
      if (value === undefined) return { cells, sum: null, average: null };
      if (value !== null) numbers.push(value);
    }
  }
  return { cells, ...add(numbers) };
}

export function isNumeric(kind: ColumnKind): boolean {
  return kind === "integer" || kind === "decimal" || kind === "float";
}

const EXACT = /^-?\d+(\.\d+)?$/;

function add(numbers: readonly string[]): { sum: string | null; average: string | null } {
  if (numbers.length === 0) return { sum: null, average: null };
  if (!numbers.every((text) => EXACT.test(text))) {
    const sum = numbers.reduce((total, text) => total + Number(text), 0);
    return { sum: String(sum), average: String(sum / numbers.length) };
  }
  const scale = numbers.reduce((most, text) => Math.max(most, text.split(".")[1]?.length ?? 0), 0);
  const total = numbers.reduce((sum, text) => sum + unscaled(text, scale), 0n);
  const finer = scale + 4;
  const mean = (total * 10n ** 4n) / BigInt(numbers.length);
  return { sum: grouped(scaledText(total, scale)), average: grouped(trimmed(scaledText(mean, finer))) };
}

function unscaled(text: string, scale: number): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole.replace("-", "") + fraction.padEnd(scale, "0")) * (text.startsWith("-") ? -1n : 1n);
}

function scaledText(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const sign = value < 0n ? "-" : "";
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** tsv is the selected cells as a spreadsheet takes them; NULL is empty, line breaks and tabs are quoted. */
export function tsv(box: Box, text: Reader): string {
  const lines: string[] = [];
  for (let row = box.top; row <= box.bottom; row++) {
    const cells: string[] = [];
    for (let column = box.left; column <= box.right; column++) cells.push(quoted(text(row, column) ?? ""));
    lines.push(cells.join("\t"));
  }
  return lines.join("\n");
}

function quoted(text: string): string {
  return /["\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
