import { expect, test } from "vitest";
import { folderOf } from "./FolderBrowser";

test.each([
  ["/data/events", "/data/events"],
  ["/data/events/*.parquet", "/data/events/"],
  ["/data/*/day=*/x.parquet", "/data/"],
  ["*.csv", "/"],
  ["/data/events.csv", "/data/"],
  ["/data/events.csv.gz", "/data/"],
  ["/data/v1.2", "/data/v1.2"],
])("what is listed of %s", (path, want) => {
  expect(folderOf(path)).toBe(want);
});
