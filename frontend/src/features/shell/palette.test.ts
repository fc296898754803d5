import { expect, test, vi } from "vitest";
import { type Source, itemsFor, parts } from "./palette";

const source: Source = {
  catalog: { databases: [{ name: "game_db", tables: [{ name: "ads_retention_daily", kind: "table", layer: "ads" }, { name: "ods_user_event", kind: "table", layer: "ods" }] }] },
  notebooks: [{ name: "retention.ipynb", title: "Retention" }],
  dashboards: [{ name: "game", title: "游戏总览" }],
  places: [{ id: "n/c", title: "retention_curve", note: "n.ipynb", go: vi.fn() }],
  actions: [
    { id: "app.settings", label: "Settings", group: "general", run: vi.fn() },
    { id: "app.off", label: "Return", group: "general", enabled: () => false, run: vi.fn() },
    { id: "app.language", label: "Sprache", words: "language 中文", group: "general", run: vi.fn() },
  ],
  label: (action) => action.label,
};
const found = (text: string) => itemsFor(text, source).map((item) => item.id);

test("names that begin with the text come first; what cannot be done now is left out", () => {
  expect(found("ret")).toEqual(["n/c", "retention.ipynb", "game_db.ads_retention_daily"]);
});

test("a first letter narrows the kind", () => {
  expect(found("@ret")).toEqual(["game_db.ads_retention_daily"]);
  expect(found(">")).toEqual(["app.settings", "app.language"]);
  expect(found("#curve")).toEqual(["n/c"]);
});

test("Chinese titles and other words of an action are found", () => {
  expect(found("总览")).toEqual(["game"]);
  expect(found("中文")).toEqual(["app.language"]);
});

test("the found letters are marked", () => {
  const [item] = itemsFor("@ret", source);
  expect(item && parts(item.title, item.hit).filter((part) => part.marked)).toEqual([{ text: "ret", marked: true }]);
});
