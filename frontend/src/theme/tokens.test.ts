import { expect, test } from "vitest";
import tokens from "./tokens.json";

type Set = Record<string, string>;

function luminance(hex: string): number {
  const part = (i: number) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

for (const [name, set] of Object.entries({ light: tokens.light as Set, dark: tokens.dark as Set })) {
  test(`${name}: text can be read on every surface`, () => {
    for (const text of ["text-1", "text-2", "text-3", "accent", "ok", "warn", "danger"]) {
      for (const surface of ["bg-app", "bg-panel"]) expect(`${text} on ${surface} ${contrast(set[text] as string, set[surface] as string) >= 4.5}`).toBe(`${text} on ${surface} true`);
    }
    for (const [text, surface] of [["on-accent", "accent"], ["danger", "danger-soft"], ["stale", "stale-soft"], ["accent", "accent-soft"], ["ok", "ok-soft"]] as const) {
      expect(contrast(set[text] as string, set[surface] as string)).toBeGreaterThanOrEqual(4.5);
    }
  });
  test(`${name}: what is typed into can be told from the rest`, () => {
    expect(contrast(set["border-control"] as string, set["bg-panel"] as string)).toBeGreaterThanOrEqual(3);
  });
}
