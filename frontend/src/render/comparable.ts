/** A value that two engines can compare: functions become their names, NaN and infinities words. */
export function comparable(v: unknown): unknown {
  if (typeof v === "function") return { function: (v as { formatName?: string }).formatName ?? "anonymous" };
  if (typeof v === "number") return Number.isFinite(v) ? v : String(v);
  if (Array.isArray(v)) return v.map(comparable);
  if (v !== null && typeof v === "object") {
    return Object.fromEntries(Object.entries(v).filter(([, x]) => x !== undefined).map(([k, x]) => [k, comparable(x)]));
  }
  return v;
}
