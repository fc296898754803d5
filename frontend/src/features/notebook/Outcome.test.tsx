import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { StatementResult } from "../../api/types";
import { NotebookProvider } from "./context";
import { Outcome } from "./Outcome";
import type { NotebookSession } from "./session";

function show(...statements: Partial<StatementResult>[]) {
  const run = { state: "ok" as const, statements: statements.map((statement) => ({ sql: "X", elapsedMs: 1, ...statement })) };
  render(
    <NotebookProvider value={{ session: {} as NotebookSession, readOnly: false, onFocus: () => undefined }}>
      <Outcome cell={{ id: "a", kind: "sql", source: "X", dialect: "spark", run }} />
    </NotebookProvider>,
  );
}

test("a statement's own words are shown as they come", () => {
  show({ kind: "insert", affectedRows: 1500, message: "已向 d.t 写入 1,500 行" });
  expect(screen.getByText("已向 d.t 写入 1,500 行")).toBeTruthy();
  expect(screen.queryByText(/Done/)).toBeNull();
});

test("one that says nothing is done", () => {
  show({ kind: "insert", affectedRows: 3 });
  expect(screen.getByText("Done: insert")).toBeTruthy();
});

test("several have a line each", () => {
  show({ sql: "USE d", message: "database d is in use" }, { sql: "DROP TABLE t", message: "table d.t dropped" });
  expect(screen.getByText("USE d").parentElement?.textContent).toContain("database d is in use");
  expect(screen.getByText("DROP TABLE t").parentElement?.textContent).toContain("table d.t dropped");
});
