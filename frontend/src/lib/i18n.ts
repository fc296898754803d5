import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export type Language = "en" | "zh-CN";

type Tree = { [key: string]: string | Tree };
const files = import.meta.glob<Tree>(["../locales/*.json", "../features/*/locales/*.json"], { eager: true, import: "default" });

/**
 * Texts stand in src/locales/{en,zh-CN}.json; a feature may bring its own features/<name>/locales/{en,zh-CN}.json, whose
 * keys then begin with the feature's name.
 */
export function texts(language: Language): Tree {
  const all: Tree = {};
  for (const [path, tree] of Object.entries(files)) {
    if (!path.endsWith(`/${language}.json`)) continue;
    const feature = /features\/([^/]+)\/locales/.exec(path)?.[1];
    if (feature) all[feature] = { ...(all[feature] as Tree | undefined), ...tree };
    else for (const [key, value] of Object.entries(tree)) all[key] = typeof value === "string" ? value : { ...(all[key] as Tree | undefined), ...value };
  }
  return all;
}

export const i18n = i18next.createInstance();

export function startI18n(language: Language): void {
  void i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { en: { translation: texts("en") }, "zh-CN": { translation: texts("zh-CN") } },
    interpolation: { escapeValue: false },
    initAsync: false,
    returnNull: false,
  });
  document.documentElement.lang = language;
}

export function setLanguage(language: Language): void {
  void i18n.changeLanguage(language);
  document.documentElement.lang = language;
}

export function language(): Language {
  return i18n.language === "zh-CN" ? "zh-CN" : "en";
}

/** t outside of components (action labels, toasts). */
export function t(key: string, values?: Record<string, unknown>): string {
  return i18n.t(key, values ?? {});
}
