import type { Language, Text } from "./spec";

/** The words that pictures themselves carry, in the languages of the product. */
const words = {
  en: {
    average: "Average",
    cohort: "First day",
    users: "Users",
    day: "D{n}",
    noData: "No data",
    noMap: "There is no map called {n}",
    more: "{n} more",
    moreWithout: "{n} more, {m} without data",
    without: "{m} without data",
    unmatched: "{n} unmatched names, {v} {m}",
    unmatchedOne: "1 unmatched name, {v} {m}",
    region: "Region",
    other: "Other",
    unknown: "Unknown",
    previous: "vs prev. {n} d",
    trailing: "week on week",
    noPrevious: "no earlier period",
    noneComplete: "no complete day yet",
    pp: " pp",
    log: ", log",
    newest: "The newest {n} of {m} cohorts; the average is over all",
    rows: "{n} of {m} rows",
    empty: "No rows for these filters",
    failed: "This tile could not be drawn",
    rendered: "Rendered {t} by Laketop",
    byLaketop: "Laketop",
    dataTo: "Data to {t}",
    noSnapshot: "no snapshot",
  },
  "zh-CN": {
    average: "平均",
    cohort: "首次日期",
    users: "人数",
    day: "D{n}",
    noData: "无数据",
    noMap: "没有名为 {n} 的地图",
    more: "其余 {n} 个",
    moreWithout: "其余 {n} 个，{m} 个无数据",
    without: "{m} 个无数据",
    unmatched: "{n} 个地名未匹配，{m} {v}",
    unmatchedOne: "1 个地名未匹配，{m} {v}",
    region: "地区",
    other: "其他",
    unknown: "未知",
    previous: "较上 {n} 天",
    trailing: "周环比",
    noPrevious: "无上期数据",
    noneComplete: "尚无完整批次",
    pp: " 个百分点",
    log: "，对数",
    newest: "最近 {n} 批，共 {m} 批；平均含全部批次",
    rows: "{n} / {m} 行",
    empty: "当前筛选下没有数据",
    failed: "此图块无法绘制",
    rendered: "由 Laketop 绘制于 {t}",
    byLaketop: "Laketop",
    dataTo: "数据截至 {t}",
    noSnapshot: "无快照",
  },
} as const;

export type Word = keyof (typeof words)["en"];

/** A word of the picture, with {name} filled in. */
export function word(language: Language, key: Word, args: Readonly<Record<string, string | number>> = {}): string {
  let text: string = words[language][key];
  for (const [name, value] of Object.entries(args)) text = text.replace(`{${name}}`, String(value));
  return text;
}

/** A document's own text in a language, else in the other. */
export function textIn(text: Text | undefined, language: Language): string {
  if (text === undefined) return "";
  if (typeof text === "string") return text;
  return text[language] ?? text.en ?? text["zh-CN"] ?? "";
}

export const chartWords = words;
