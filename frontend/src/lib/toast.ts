import { create } from "zustand";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "danger" | "ok";
  /** One thing to do about it, with its key. */
  readonly action?: { readonly label: string; readonly shortcut?: string; readonly run: () => void };
}

const LIFE_MS = 6_000;
let last = 0;

export const useToasts = create<{ toasts: readonly Toast[] }>(() => ({ toasts: [] }));

/** toast shows a short notice; errors stay until they are closed. */
export function toast(text: string, more: Partial<Omit<Toast, "id" | "text">> = {}): number {
  const id = ++last;
  const entry: Toast = { tone: "plain", ...more, id, text };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-3), entry] }));
  if (entry.tone !== "danger") setTimeout(() => dismiss(id), LIFE_MS);
  return id;
}

export function dismiss(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((entry) => entry.id !== id) }));
}
