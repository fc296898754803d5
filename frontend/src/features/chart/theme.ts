import type { ColorName, RampName, ThemeName } from "./spec";

/** The colours that pictures use; the same values as theme/tokens.css. */
export interface Palette {
  readonly name: ThemeName;
  readonly app: string;
  readonly panel: string;
  readonly sunken: string;
  readonly text1: string;
  readonly text2: string;
  readonly text3: string;
  readonly border: string;
  readonly control: string;
  readonly accent: string;
  readonly soft: string;
  readonly ok: string;
  readonly warn: string;
  readonly danger: string;
  readonly staleSoft: string;
  readonly stale: string;
  readonly grid: string;
  readonly previous: string;
  readonly region: string;
  readonly shadow: string;
  readonly series: readonly string[];
  readonly other: string;
  readonly ramps: Readonly<Record<RampName, readonly string[]>>;
}

const blue = ["#EAF2FB", "#C9DEF4", "#9DC3E8", "#6BA3D8", "#3F82C4", "#1F61A6", "#0B4380"];
const amber = ["#FFF6DD", "#FBE3A6", "#F3C967", "#DDA52F", "#B67F12", "#87590A", "#573804"];
const teal = ["#E9F6F2", "#C3E6DB", "#92D0BF", "#5CB59F", "#2F957F", "#167361", "#085045"];
/** A dark theme reads the ramp from the other end, from just above the panel. */
const turned = (ramp: readonly string[]): string[] => ["#1F252D", ...ramp.slice(1).reverse()];

const palettes: Readonly<Record<ThemeName, Palette>> = {
  light: {
    name: "light", app: "#F6F7F9", panel: "#FFFFFF", sunken: "#EDF0F4", text1: "#14181F", text2: "#475467", text3: "#5F6B7C",
    border: "#DFE3EA", control: "#7C8798", accent: "#0B5CC4", soft: "#E7F0FC", ok: "#0B7A4B", warn: "#8A5300", danger: "#B42318",
    staleSoft: "#FBF1D6", stale: "#6B4E00", grid: "#EDF0F4", previous: "#8A95A4", region: "#8A95A4", shadow: "rgba(20,24,31,.14)",
    series: ["#2F5BD0", "#C48500", "#17937A", "#9A1509", "#B07FD0", "#3B1D54"], other: "#7C8798", ramps: { blue, amber, teal },
  },
  dark: {
    name: "dark", app: "#0F1216", panel: "#161A20", sunken: "#1F252D", text1: "#E8ECF1", text2: "#B4BDC9", text3: "#929DAC",
    border: "#2C343F", control: "#6F7B8C", accent: "#6DB1FF", soft: "#13304F", ok: "#53C993", warn: "#F0B849", danger: "#FF8F85",
    staleSoft: "#3A2E0E", stale: "#F0B849", grid: "#222932", previous: "#647080", region: "#4A5563", shadow: "rgba(0,0,0,.5)",
    series: ["#5568E8", "#FFAB1C", "#55EDB6", "#CC3384", "#CABBFF", "#807128"], other: "#7C8798",
    ramps: { blue: turned(blue), amber: turned(amber), teal: turned(teal) },
  },
};

export const palette = (theme: ThemeName): Palette => palettes[theme];

/**
 * The interface's own stack; an exported SVG embeds the first two. Single quotes: ECharts writes the stack into
 * an attribute as it is.
 */
export const fontUI = "Inter, 'Noto Sans SC', 'Segoe UI', system-ui, 'PingFang SC', 'Microsoft YaHei UI', 'Noto Sans CJK SC', sans-serif";
export const fontMono = "'JetBrains Mono', 'Cascadia Code', Menlo, 'Noto Sans SC', 'Noto Sans Mono CJK SC', monospace";

/** A colour by name, else that of a place in the palette; the seventh and later are grey. */
export function seriesColor(p: Palette, name: ColorName | undefined, index: number): string {
  if (name === "accent") return p.accent;
  if (name) return p.series[Number(name.slice(1)) - 1] ?? p.other;
  return p.series[index] ?? p.other;
}

/** Dense bars of amber glare on a dark panel: they take the ramp's fifth step. */
export function barColor(p: Palette, name: ColorName | undefined, index: number): string {
  const color = seriesColor(p, name, index);
  return p.name === "dark" && color === p.series[1] ? (p.ramps.amber[4] ?? color) : color;
}

const channels = (hex: string): [number, number, number] => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)) as [number, number, number];

function luminance(hex: string): number {
  const [r, g, b] = channels(hex).map((v) => {
    const x = v / 255;
    return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever reads better on a fill. */
export function inkOn(hex: string): string {
  const l = luminance(hex);
  return (l + 0.05) / (luminance("#0B0E12") + 0.05) >= 1.05 / (l + 0.05) ? "#0B0E12" : "#FFFFFF";
}

/** A place 0…1 on a ramp, mixed between its steps. */
export function onRamp(ramp: readonly string[], at: number): string {
  const k = Math.max(0, Math.min(1, at)) * (ramp.length - 1);
  const i = Math.min(ramp.length - 2, Math.floor(k));
  const a = channels(ramp[i] ?? "#000000");
  const b = channels(ramp[i + 1] ?? "#000000");
  return "#" + a.map((v, j) => Math.round(v + ((b[j] ?? 0) - v) * (k - i)).toString(16).padStart(2, "0")).join("");
}

/** What ECharts draws when an option does not say: fonts, axes, tooltips. */
export function echartsTheme(theme: ThemeName): Record<string, unknown> {
  const p = palette(theme);
  const text = { fontFamily: fontUI, fontSize: 12, color: p.text3 };
  const axis = (line: boolean, split: boolean): Record<string, unknown> => ({
    axisLine: { show: line, onZero: false, lineStyle: { color: p.border, width: 1 } },
    axisTick: { show: false },
    axisLabel: { ...text, margin: 8, hideOverlap: true },
    splitLine: { show: split, lineStyle: { color: p.grid, width: 1, type: "solid" } },
    splitArea: { show: false },
    minorTick: { show: false },
    nameTextStyle: text,
  });
  return {
    darkMode: theme === "dark",
    color: [...p.series, p.other],
    backgroundColor: "transparent",
    textStyle: { fontFamily: fontUI, fontSize: 12, color: p.text2 },
    grid: { left: 12, right: 12, top: 12, bottom: 12, outerBoundsMode: "same", outerBoundsContain: "axisLabel", borderWidth: 0 },
    categoryAxis: axis(true, false),
    timeAxis: axis(true, false),
    valueAxis: axis(false, true),
    tooltip: {
      backgroundColor: theme === "dark" ? p.sunken : p.panel, borderColor: p.border, borderWidth: 1, padding: [8, 12],
      textStyle: { color: p.text1, fontSize: 12, fontFamily: fontUI },
      extraCssText: `border-radius:8px;box-shadow:0 4px 16px ${p.shadow};font-variant-numeric:tabular-nums`,
      axisPointer: { type: "line", lineStyle: { color: p.control, width: 1, type: "solid" } },
      confine: true, transitionDuration: 0,
    },
    axisPointer: { lineStyle: { color: p.control, width: 1 }, label: { show: false } },
    line: {
      symbol: "circle", symbolSize: 6, showSymbol: false, smooth: false, lineStyle: { width: 1.75, cap: "round", join: "round" },
      emphasis: { focus: "series", lineStyle: { width: 2.25 } }, blur: { lineStyle: { opacity: 0.25 } },
    },
    bar: { barMaxWidth: 32, emphasis: { focus: "series" } },
    pie: { itemStyle: { borderColor: p.panel, borderWidth: 2 }, emphasis: { scaleSize: 4 } },
    heatmap: { itemStyle: { borderColor: p.panel, borderWidth: 2, borderRadius: 2 }, emphasis: { itemStyle: { borderColor: p.text1, borderWidth: 1 } } },
    map: { emphasis: { label: { show: false }, itemStyle: { borderColor: p.text1, borderWidth: 1.25 } }, select: { itemStyle: { borderColor: p.accent, borderWidth: 1.5 } } },
    aria: { enabled: false },
  };
}
