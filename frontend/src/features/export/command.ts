import type { ExportRequest } from "../../api/types";

/** What a picture shall be, every wish filled in. */
export interface Wishes {
  readonly format: ExportRequest["format"];
  readonly theme: "light" | "dark";
  readonly language: "en" | "zh-CN";
  readonly width: number;
  readonly scale: number;
}

const derived = ["previous_from", "previous_to", "data_from", "data_to"];

/** Parameters that a person chose; the others follow from them. */
export const chosen = (params: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(params).filter(([k, v]) => v !== "" && !derived.includes(k)));

/** The command line that makes the same bytes; app/export writes the same one into the picture. */
export function exportCommand(name: string, params: Readonly<Record<string, string>>, w: Wishes): string {
  const words = ["laketop", "export", quoted(name), "--out", quoted(`${name}.${w.format}`), "--theme", w.theme];
  if (w.language !== "en") words.push("--lang", w.language);
  words.push("--width", String(w.width), "--scale", String(w.scale));
  for (const [k, v] of Object.entries(chosen(params)).sort(([a], [b]) => (a < b ? -1 : 1))) words.push("-p", quoted(`${k}=${v}`));
  return words.join(" ");
}

const quoted = (s: string): string => (/^[A-Za-z0-9_\-+=./:,@%]+$/.test(s) ? s : `'${s.replaceAll("'", `'\\''`)}'`);
