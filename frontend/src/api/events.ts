import type { Endpoint } from "./endpoint";
import type { Event } from "./types";

export type EventListener = (event: Event) => void;
export type LinkState = "connecting" | "open" | "lost";

/** What the stream needs of a browser's EventSource; tests bring their own. */
export interface Source {
  onopen: (() => void) | null;
  onmessage: ((message: { data: string }) => void) | null;
  onerror: (() => void) | null;
  close(): void;
}

interface Options {
  readonly connect?: (url: string) => Source;
  readonly wait?: (ms: number, then: () => void) => () => void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/**
 * EventStream is the one event stream of a window. It reconnects by itself with growing pauses and tells listeners of the
 * link when it came back, because events may have been missed.
 */
export class EventStream {
  private readonly listeners = new Set<EventListener>();
  private readonly linkListeners = new Set<(state: LinkState, again: boolean) => void>();
  private source: Source | undefined;
  private stopWaiting: (() => void) | undefined;
  private pause = FIRST_WAIT;
  private opened = false;
  private readonly url: string;
  private readonly connect: (url: string) => Source;
  private readonly wait: (ms: number, then: () => void) => () => void;

  constructor(endpoint: Endpoint, options: Options = {}) {
    this.url = `${endpoint.base}/api/v1/events?token=${encodeURIComponent(endpoint.token)}`;
    this.connect = options.connect ?? ((url) => new EventSource(url) as unknown as Source);
    this.wait = options.wait ?? ((ms, then) => timer(ms, then));
  }

  listen(listener: EventListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  onLink(listener: (state: LinkState, again: boolean) => void): () => void {
    this.linkListeners.add(listener);
    return () => this.linkListeners.delete(listener);
  }

  start(): void {
    if (this.source) return;
    this.tell("connecting", false);
    const source = this.connect(this.url);
    this.source = source;
    source.onopen = () => {
      this.pause = FIRST_WAIT;
      this.tell("open", this.opened);
      this.opened = true;
    };
    source.onmessage = (message) => this.deliver(message.data);
    source.onerror = () => this.retry();
  }

  stop(): void {
    this.source?.close();
    this.source = undefined;
    this.stopWaiting?.();
  }

  private deliver(data: string): void {
    let event: Event;
    try {
      event = JSON.parse(data) as Event;
    } catch {
      return; // a keep-alive or a half line; the next one stands by itself
    }
    for (const listener of this.listeners) listener(event);
  }

  private retry(): void {
    this.source?.close();
    this.source = undefined;
    this.tell("lost", false);
    this.stopWaiting = this.wait(this.pause, () => this.start());
    this.pause = Math.min(this.pause * 2, LONGEST_WAIT);
  }

  private tell(state: LinkState, again: boolean): void {
    for (const listener of this.linkListeners) listener(state, again);
  }
}

function timer(ms: number, then: () => void): () => void {
  const id = setTimeout(then, ms);
  return () => clearTimeout(id);
}
