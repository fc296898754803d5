import { create } from "zustand";
import { type Language, setLanguage } from "./i18n";

export type { Language };

export type Theme = "system" | "light" | "dark";
export type Scheme = "light" | "dark";

interface Look {
  readonly theme: Theme;
  readonly language: Language;
  /** A plain text area instead of the code editor, for input methods that do not get along with it. */
  readonly compatibleInput: boolean;
}

const KEY = "laketop.look";

function stored(): Look {
  let kept: Partial<Look>;
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Look>;
  } catch {
    kept = {};
  }
  const language = kept.language ?? (navigator.language.startsWith("zh") ? "zh-CN" : "en");
  return { theme: kept.theme ?? "system", language, compatibleInput: kept.compatibleInput ?? false };
}

/** useLook holds what a person chose about the look; it is kept on this machine so that the first paint is right. */
export const useLook = create<Look>(() => stored());

export function changeLook(change: Partial<Look>): void {
  useLook.setState(change);
  const { theme, language, compatibleInput } = useLook.getState();
  localStorage.setItem(KEY, JSON.stringify({ theme, language, compatibleInput }));
  if (change.language) setLanguage(change.language);
}

const darkQuery = "(prefers-color-scheme: dark)";

export function schemeOf(theme: Theme, systemIsDark: boolean): Scheme {
  if (theme === "system") return systemIsDark ? "dark" : "light";
  return theme;
}

export function systemIsDark(): boolean {
  return typeof matchMedia === "function" && matchMedia(darkQuery).matches;
}

export function watchSystem(changed: (dark: boolean) => void): () => void {
  if (typeof matchMedia !== "function") return () => undefined;
  const query = matchMedia(darkQuery);
  const listener = () => changed(query.matches);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}
