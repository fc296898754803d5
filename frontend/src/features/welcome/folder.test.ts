import { expect, test } from "vitest";
import { folderOf } from "./FolderBrowser";

test.each([
  ["/data/events", "/data/events"],
  ["/data/events/*.parquet", "/data/events/"],
  ["/data/*/day=*/x.parquet", "/data/"],
  ["*.csv", "/"],
])("what is listed of %s", (path, want) => {
  expect(folderOf(path)).toBe(want);
});
