import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exportCommand, type Wishes } from "./command";

interface Case {
  readonly name: string;
  readonly params: Record<string, string>;
  readonly wishes: Wishes;
  readonly want: string;
}

test.each(JSON.parse(readFileSync("../app/export/testdata/commands.json", "utf8")) as Case[])("the command is the one the picture carries: $name", (c) => {
  expect(exportCommand(c.name, c.params, c.wishes)).toBe(c.want);
});
