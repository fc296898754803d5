import type { ComponentType } from "react";
import { useEffect } from "react";
import { create } from "zustand";
import { isTyping, matches, strokes } from "./keys";

/** One thing a user can do. Toolbar, menu, shortcut, shortcuts sheet and palette all read this one entry. */
export interface Action {
  readonly id: `${string}.${string}`;
  /** Key of the text, translated where it is shown. */
  readonly label: string;
  readonly values?: Record<string, unknown>;
  readonly group: ActionGroup;
  readonly icon?: ComponentType<{ size?: number | string; stroke?: number | string }>;
  /** First one is shown, all work. */
  readonly keys?: readonly string[];
  /** Words that find it in the palette beside its label. */
  readonly words?: string;
  /** Key works while typing as well (Mod+Enter); plain letters never do. */
  readonly whileTyping?: boolean;
  readonly enabled?: () => boolean;
  /** Listed in the sheet and reachable by key, but not in the palette. */
  readonly quiet?: boolean;
  readonly run: () => void | Promise<unknown>;
}

export type ActionGroup = "general" | "workspace" | "notebook" | "cell" | "table" | "dashboard";

interface Registry {
  readonly actions: ReadonlyMap<string, Action>;
}

export const useRegistry = create<Registry>(() => ({ actions: new Map() }));

export function register(actions: readonly Action[]): () => void {
  useRegistry.setState(({ actions: before }) => {
    const next = new Map(before);
    for (const action of actions) next.set(action.id, action);
    return { actions: next };
  });
  return () =>
    useRegistry.setState(({ actions: before }) => {
      const next = new Map(before);
      for (const action of actions) if (next.get(action.id) === action) next.delete(action.id);
      return { actions: next };
    });
}

/** useActions offers actions as long as the component is on screen. Pass a memoised list. */
export function useActions(actions: readonly Action[]): void {
  useEffect(() => register(actions), [actions]);
}

export function isEnabled(action: Action): boolean {
  return action.enabled?.() ?? true;
}

export function runAction(id: string): void {
  const action = useRegistry.getState().actions.get(id);
  if (action && isEnabled(action)) void action.run();
}

/** shortcutOf is the first key of an action, "" without one. */
export function shortcutOf(id: string): string {
  return useRegistry.getState().actions.get(id)?.keys?.[0] ?? "";
}

const SEQUENCE_MS = 800;

/** Dispatcher turns key presses into actions; "d d" must be pressed within 0.8 s. */
export class Dispatcher {
  private pending: { action: Action; rest: string[]; until: number }[] = [];

  constructor(
    private readonly actions: () => Iterable<Action> = () => useRegistry.getState().actions.values(),
    private readonly now: () => number = () => performance.now(),
  ) {}

  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const typing = isTyping(event.target);
    for (const entry of this.pending.filter((e) => e.until >= this.now())) {
      const [next, ...rest] = entry.rest;
      if (next !== undefined && matches(next, event)) {
        this.pending = [];
        if (rest.length === 0) return this.fire(entry.action, event);
        this.pending.push({ ...entry, rest });
        return event.preventDefault();
      }
    }
    this.pending = [];
    for (const action of this.actions()) {
      if (typing && !action.whileTyping) continue;
      for (const shortcut of action.keys ?? []) {
        const [first, ...rest] = strokes(shortcut);
        if (first === undefined || !matches(first, event) || !isEnabled(action)) continue;
        if (rest.length === 0) return this.fire(action, event);
        this.pending.push({ action, rest, until: this.now() + SEQUENCE_MS });
      }
    }
    if (this.pending.length > 0) event.preventDefault();
  }

  private fire(action: Action, event: KeyboardEvent): void {
    if (!isEnabled(action)) return;
    event.preventDefault();
    void action.run();
  }
}
