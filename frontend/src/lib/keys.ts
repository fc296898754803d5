/** Shortcuts as text: "Mod+K", "Shift+Enter", "d d". Mod is Cmd on a Mac and Ctrl elsewhere. */

export interface Keystroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly code?: string;
}

const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

/** strokes splits "d d" into its presses. */
export function strokes(shortcut: string): string[] {
  return shortcut.split(" ");
}

/** matches says whether a key press is the given stroke. */
export function matches(stroke: string, press: Keystroke, onMac = mac): boolean {
  const parts = stroke.split("+");
  const key = parts.pop() ?? "";
  const want = new Set(parts);
  const mod = onMac ? press.metaKey : press.ctrlKey;
  if (want.has("Mod") !== mod) return false;
  if (want.has("Alt") !== press.altKey) return false;
  const symbol = key.length === 1 && !/[a-z0-9]/i.test(key);
  if (!symbol && want.has("Shift") !== press.shiftKey) return false;
  if (press.key.toLowerCase() === key.toLowerCase()) return true;
  return press.code === `Key${key.toUpperCase()}` && press.altKey;
}

const NAMES: Record<string, string> = { Enter: "↵", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", Space: "Space" };

/** caps is a shortcut as the key caps to draw: ["Ctrl", "K"]. */
export function caps(shortcut: string, onMac = mac): string[] {
  return strokes(shortcut).flatMap((stroke) =>
    stroke.split("+").map((part) => {
      if (part === "Mod") return onMac ? "⌘" : "Ctrl";
      if (part === "Alt") return onMac ? "⌥" : "Alt";
      if (part === "Shift") return onMac ? "⇧" : "Shift";
      return NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part);
    }),
  );
}

/** isTyping says whether a press goes into a text field. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
