/** The period a person chose: a preset, or two dates. */
export type Period = { readonly preset: string } | { readonly from: string; readonly to: string };

export const presets = ["all", "last-7-days", "last-14-days", "last-30-days", "last-90-days"] as const;

/** What a period gives to the engine; the filter's own name takes the preset. */
export function paramsOf(period: Period | null, filter: string | undefined): Record<string, string> {
  if (period === null || filter === undefined) return {};
  return "preset" in period ? { [filter]: period.preset } : { from: period.from, to: period.to };
}

/** How many days a preset spans; null for all. */
export function presetDays(preset: string): number | null {
  const m = /^last-(\d+)-days$/.exec(preset);
  return m ? Number(m[1]) : null;
}

/** Whether two dates make a range. */
export const isRange = (from: string, to: string): boolean => /^\d{4}-\d\d-\d\d$/.test(from) && /^\d{4}-\d\d-\d\d$/.test(to) && from <= to;
