import { expect, test } from "vitest";
import { saidOf } from "./said";

test.each([
  ["there was no table game_db.t", { key: "notebook.said.none", name: "game_db.t" }],
  ["table game_db.t is there already", { key: "notebook.said.there", name: "game_db.t" }],
  ["temporary view v", { key: "notebook.said.temporary", name: "v" }],
  ["the lake is read fresh at every statement", undefined],
])("%s", (message, want) => {
  expect(saidOf(message)).toEqual(want);
});
