import { fontMono, fontUI } from "./theme";

/**
 * The few marks that tiles draw beside charts: numbers, lists, legends, tables.
 * Plain data: the page makes React elements of them, an export a string.
 */
export type Shape = RectShape | TextShape | PathShape | CircleShape | HatchShape;

interface Common {
  /** Shown while the pointer rests on it. */
  readonly tip?: string;
  /** Names what it stands for, to link it with a chart. */
  readonly ref?: string;
}

export interface RectShape extends Common {
  readonly type: "rect";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill?: string;
  readonly stroke?: string;
  readonly strokeWidth?: number;
  readonly radius?: number;
  readonly dash?: string;
  readonly opacity?: number;
}

export interface TextShape extends Common {
  readonly type: "text";
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly fill: string;
  readonly weight?: 400 | 500 | 600;
  readonly anchor?: "start" | "middle" | "end";
  readonly mono?: boolean;
  /** In em. */
  readonly spacing?: number;
}

export interface PathShape extends Common {
  readonly type: "path";
  readonly d: string;
  readonly fill?: string;
  readonly stroke?: string;
  readonly strokeWidth?: number;
  readonly dash?: string;
  readonly opacity?: number;
}

export interface CircleShape extends Common {
  readonly type: "circle";
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly fill: string;
  readonly stroke?: string;
}

/** Diagonal lines in a box: "no data". */
export interface HatchShape extends Common {
  readonly type: "hatch";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: string;
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text for XML; characters that XML cannot carry are left out. */
export const escapeXML = (s: string): string =>
  // eslint-disable-next-line no-control-regex
  s.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replace(/[&<>"]/g, (c) => escapes[c] ?? c);

export const num = (v: number): string => String(Math.round(v * 100) / 100);

/** A shape's SVG attributes by their XML names; the page and the export share them. */
export function attributes(s: Shape): Record<string, string> {
  const a: Record<string, string> = {};
  const set = (name: string, v: string | number | undefined): void => {
    if (v !== undefined) a[name] = typeof v === "number" ? num(v) : v;
  };
  switch (s.type) {
    case "rect":
      set("x", s.x); set("y", s.y); set("width", s.width); set("height", s.height); set("rx", s.radius);
      set("fill", s.fill ?? "none"); set("stroke", s.stroke); set("stroke-width", s.strokeWidth);
      set("stroke-dasharray", s.dash); set("opacity", s.opacity);
      break;
    case "text":
      set("x", s.x); set("y", s.y); set("font-size", s.size); set("font-weight", s.weight ?? 400); set("fill", s.fill);
      set("text-anchor", s.anchor === "start" ? undefined : s.anchor); set("font-family", s.mono ? fontMono : fontUI);
      set("letter-spacing", s.spacing === undefined ? undefined : s.spacing * s.size);
      break;
    case "path":
      set("d", s.d); set("fill", s.fill ?? "none"); set("stroke", s.stroke); set("stroke-width", s.strokeWidth);
      set("stroke-dasharray", s.dash); set("opacity", s.opacity);
      if (s.stroke) { set("stroke-linejoin", "round"); set("stroke-linecap", s.dash ? "butt" : "round"); }
      break;
    case "circle":
      set("cx", s.x); set("cy", s.y); set("r", s.r); set("fill", s.fill); set("stroke", s.stroke);
      break;
    case "hatch":
      set("d", hatchPath(s)); set("fill", "none"); set("stroke", s.color); set("stroke-width", 1);
      break;
  }
  return a;
}

/** The XML element of a shape. */
export const elementOf = (s: Shape): "rect" | "text" | "path" | "circle" => (s.type === "hatch" ? "path" : s.type);

/** Diagonals clipped to the box by arithmetic: no pattern ids to collide. */
function hatchPath(s: HatchShape): string {
  const parts: string[] = [];
  for (let k = 4; k < s.width + s.height; k += 4) {
    const x1 = Math.min(k, s.width), y1 = Math.max(0, k - s.width);
    const y2 = Math.min(k, s.height), x2 = Math.max(0, k - s.height);
    parts.push(`M${num(s.x + x1)} ${num(s.y + y1)}L${num(s.x + x2)} ${num(s.y + y2)}`);
  }
  return parts.join("");
}

/** Shapes as SVG text. */
export function shapesToSVG(shapes: readonly Shape[]): string {
  let out = "";
  for (const s of shapes) {
    const name = elementOf(s);
    let tag = `<${name}`;
    for (const [k, v] of Object.entries(attributes(s))) tag += ` ${k}="${escapeXML(v)}"`;
    out += s.type === "text" ? `${tag}>${escapeXML(s.text)}</text>` : `${tag}/>`;
  }
  return out;
}
