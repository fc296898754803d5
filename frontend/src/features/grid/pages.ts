import type { Page } from "../../api/arrow";
import type { GridSource } from "./source";
import { textAt } from "./value";

export const PAGE_ROWS = 256;
const MOST_BYTES = 24 * 1024 * 1024;
const MOST_PAGES = 120;
/** Requests of a drag of the bar are held back this long after the one before. */
const CALM_MS = 40;

export type FetchRows = (want: { offset: number; limit: number; sort?: string | undefined }, signal: AbortSignal) => Promise<Page>;

interface Flight {
  readonly stop: AbortController;
  readonly done: Promise<void>;
  /** Someone waits for it (a copy), so scrolling on does not stop it. */
  kept: boolean;
}

/**
 * PageSource reads a result page by page. The least recently shown pages are dropped, so the memory does not grow with
 * the length of a scroll; a page that is no longer wanted is given up while it is on the way.
 */
export class PageSource implements GridSource {
  failure: unknown = undefined;
  private readonly pages = new Map<number, Page>();
  private readonly flights = new Map<number, Flight>();
  private readonly listeners = new Set<() => void>();
  private count = 0;
  private bytes = 0;
  private askedAt = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly rows: number,
    private readonly fetchRows: FetchRows,
    private readonly sort: string | undefined = undefined,
    private readonly now: () => number = () => performance.now(),
  ) {}

  text(row: number, column: number): string | null | undefined {
    const page = this.pages.get(Math.floor(row / PAGE_ROWS));
    if (!page) return undefined;
    const vector = page.table.getChildAt(column);
    return vector ? textAt(vector, row - page.offset) : null;
  }

  want(start: number, end: number): void {
    if (end <= start) return;
    const wanted = span(start, end);
    for (const number of wanted) this.touch(number);
    for (const [number, flight] of this.flights) {
      if (!flight.kept && !wanted.includes(number)) this.giveUp(number, flight);
    }
    clearTimeout(this.timer);
    const missing = wanted.filter((number) => !this.pages.has(number) && !this.flights.has(number));
    if (missing.length === 0) return;
    const wait = this.askedAt + CALM_MS - this.now();
    if (wait <= 0) this.ask(missing);
    else this.timer = setTimeout(() => this.ask(missing), wait);
  }

  async load(start: number, end: number): Promise<void> {
    const numbers = span(start, end);
    for (const number of numbers) if (!this.pages.has(number) && !this.flights.has(number)) this.fly(number);
    for (const number of numbers) {
      const flight = this.flights.get(number);
      if (flight) {
        flight.kept = true;
        await flight.done;
      }
    }
  }

  subscribe(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  version(): number {
    return this.count;
  }

  stop(): void {
    clearTimeout(this.timer);
    for (const [number, flight] of this.flights) this.giveUp(number, flight);
    this.pages.clear();
    this.bytes = 0;
  }

  private ask(numbers: readonly number[]): void {
    this.askedAt = this.now();
    for (const number of numbers) this.fly(number);
  }

  private fly(number: number): void {
    const stop = new AbortController();
    const done = this.fetchRows({ offset: number * PAGE_ROWS, limit: PAGE_ROWS, sort: this.sort }, stop.signal).then(
      (page) => { if (!stop.signal.aborted) this.land(number, page); },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        this.flights.delete(number);
        this.failure = error;
        this.tell();
      },
    );
    this.flights.set(number, { stop, done, kept: false });
  }

  private land(number: number, page: Page): void {
    this.flights.delete(number);
    this.failure = undefined;
    this.pages.set(number, page);
    this.bytes += page.bytes;
    for (const [oldest, old] of this.pages) {
      if ((this.bytes <= MOST_BYTES && this.pages.size <= MOST_PAGES) || this.pages.size <= 4) break;
      this.pages.delete(oldest);
      this.bytes -= old.bytes;
    }
    this.tell();
  }

  private touch(number: number): void {
    const page = this.pages.get(number);
    if (!page) return;
    this.pages.delete(number);
    this.pages.set(number, page);
  }

  private giveUp(number: number, flight: Flight): void {
    flight.stop.abort();
    this.flights.delete(number);
  }

  private tell(): void {
    this.count++;
    for (const listener of this.listeners) listener();
  }
}

function span(start: number, end: number): number[] {
  const first = Math.floor(start / PAGE_ROWS);
  const last = Math.floor((end - 1) / PAGE_ROWS);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
