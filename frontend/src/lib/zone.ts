/**
 * The zone that moments are shown in. It is the open workspace's, in which its SQL reads timestamps: a time that is
 * copied from the page finds the same snapshot in a query. With none open it is this machine's.
 */
let shown: string | undefined;

export function setZone(zone: string | undefined): void {
  shown = zone;
}

/** machineZone is the zone of this machine, whatever workspace is open. */
export function machineZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const formats = new Map<string | undefined, Intl.DateTimeFormat | null>();

function formatter(zone: string | undefined): Intl.DateTimeFormat | null {
  let format = formats.get(zone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
    } catch {
      format = null; // a zone that this browser does not know
    }
    formats.set(zone, format);
  }
  return format;
}

/** clock writes a moment of milliseconds as 2026-11-21 10:32:00 in a zone; in UTC where the browser does not know it or the year. */
export function clock(ms: number, zone: string | undefined = shown): string {
  const format = zone === "UTC" || ms < -62135596800000 || ms > 253402300799999 ? null : formatter(zone);
  if (!format) return new Date(ms).toISOString().replace("T", " ").slice(0, 19);
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  return `${part["year"]?.padStart(4, "0")}-${part["month"]}-${part["day"]} ${part["hour"]}:${part["minute"]}:${part["second"]}`;
}
