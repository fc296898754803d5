import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { texts } from "./i18n";

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ""): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") out.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) out.set(inner, text);
  }
  return out;
}

const en = flat(texts("en"));
const zh = flat(texts("zh-CN"));
const stem = (key: string) => key.replace(/_(one|other)$/, "");
const stems = (map: ReadonlyMap<string, string>) => [...new Set([...map.keys()].map(stem))].sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !/\.(test|gen)\./.test(entry.name) ? [readFileSync(path, "utf8")] : [];
  });
}

test("every text is there in both languages", () => {
  expect(stems(zh)).toEqual(stems(en));
});

test("both languages fill in the same values", () => {
  const holes = (text: string) => [...new Set([...text.matchAll(/{{\s*(\w+)/g)].map((match) => match[1]))].sort().join();
  for (const [key, text] of zh) expect(`${key}: ${holes(text)}`).toBe(`${key}: ${holes(en.get(key) ?? en.get(`${stem(key)}_other`) ?? "")}`);
});

test("every key that the code names has a text", () => {
  const known = new Set(stems(en));
  const groups = new Set([...known].map((key) => key.split(".")[0]));
  const named = new Set<string>();
  for (const source of sources("src")) {
    for (const match of source.matchAll(/\bt\(\s*"([\w.]+)"/g)) named.add(match[1] as string);
    for (const match of source.matchAll(/"([a-z]\w*\.[A-Za-z][\w.]*)"/g)) if (/\bt\(|label:/.test(source) && groups.has(match[1]?.split(".")[0] ?? "")) named.add(match[1] as string);
  }
  const ids = new Set([...sources("src").join("\n").matchAll(/\bid: "([\w.]+)"|(?:runAction|shortcutOf)\("([\w.]+)"\)/g)].map((match) => match[1] ?? match[2]));
  expect([...named].filter((key) => !known.has(key) && !ids.has(key) && !/^(api|screen|request|sql|notebook\.changed|table\.unknown)\./.test(key))).toEqual([]);
  expect(named.size).toBeGreaterThan(100);
});

test("no Chinese text ends in a Latin full stop", () => {
  expect([...zh].filter(([, text]) => /[\u4e00-\u9fff]\.$/.test(text))).toEqual([]);
});
