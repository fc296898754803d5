import { StringStream } from "@codemirror/language";
import { fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import type { Problem } from "../../api/types";
import type { EditorProps } from "./editorTypes";
import { tokenOf } from "./language";
import { PlainEditor } from "./PlainEditor";
import { markOf, replaced } from "./problemMark";

function kinds(text: string, dialect: "spark" | "duckdb"): string[] {
  const state = { open: "" as const };
  const stream = new StringStream(text, 2, 2);
  const out: string[] = [];
  while (!stream.eol()) {
    const kind = tokenOf(stream, state, dialect, new Set(["select", "from", "left", "if"]));
    if (kind) out.push(`${stream.current()}:${kind}`);
    stream.start = stream.pos;
  }
  return out;
}

test("words, calls, text, parameters and comments are told apart", () => {
  expect(kinds("SELECT left(a, 2), 'it''s' FROM ${p} -- 注释", "spark")).toEqual(["SELECT:keyword", "left:function", "a:variableName", "2:number", "'it':string", "'s':string", "FROM:keyword", "${p}:special", "-- 注释:comment"]);
});

test("double quotes are text in Spark and a name in DuckDB", () => {
  expect(kinds('"x"', "spark")).toEqual(['"x":string']);
  expect(kinds('"x"', "duckdb")).toEqual(['"x":variableName']);
});

const problem: Problem = { code: "table.unknown", message: "no such table", status: 400, text: "SELECT 1 FROM evnt", span: { start: 14, end: 18, line: 1, column: 15 }, suggestions: ["event"] };

test("a problem of one statement is found in a cell of several", () => {
  const source = "SELECT '中';\nSELECT 1 FROM evnt";
  expect(markOf(problem, source, true)).toMatchObject({ from: source.indexOf("evnt"), to: source.length });
  expect(replaced(problem, source)).toBe("SELECT '中';\nSELECT 1 FROM event");
  expect(markOf(problem, "SELECT 2", true)).toBeUndefined();
});

function Plain(props: Partial<EditorProps>) {
  const [value, setValue] = useState(props.value ?? "");
  return <PlainEditor dialect="spark" label="code" {...props} value={value} onChange={setValue} />;
}

test("compatible input runs, completes and shows where a problem is", async () => {
  const run = vi.fn();
  const complete = vi.fn().mockResolvedValue([{ label: "dwd_user_event", kind: "table", insert: "dwd_user_event" }]);
  render(<Plain value="SELECT dwd" keys={{ "Shift-Enter": run }} complete={complete} marks={[{ from: 7, to: 10, message: "no such column", carets: true }]} />);
  const area = screen.getByRole<HTMLTextAreaElement>("textbox", { name: "code" });
  expect(screen.getByText("1:8 no such column")).toBeTruthy();
  area.setSelectionRange(10, 10);
  fireEvent.keyDown(area, { key: " ", ctrlKey: true });
  fireEvent.mouseDown(await screen.findByRole("option"));
  expect(area.value).toBe("SELECT dwd_user_event");
  fireEvent.keyDown(area, { key: "Enter", shiftKey: true });
  expect(run).toHaveBeenCalledOnce();
});

test("letters on their way through an input method do not run the cell", () => {
  const run = vi.fn();
  render(<Plain keys={{ "Shift-Enter": run }} />);
  fireEvent.keyDown(screen.getByRole("textbox"), { key: "Enter", shiftKey: true, isComposing: true });
  expect(run).not.toHaveBeenCalled();
});
