import { fireEvent, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { fakeApi } from "../../api/fake";
import type { Column } from "../../api/types";
import { renderWith } from "../../testing/render";
import { Grid, heightOf, nextSort } from "./Grid";
import { TextSource } from "./source";

const columns: Column[] = [{ name: "dt", type: "date", kind: "date" }, { name: "gmv", type: "decimal(18,2)", kind: "decimal" }];
const source = new TextSource([["2026-08-24", "1234.50"], ["2026-08-25", null]]);

test("cells, heads and NULL are there for a screen reader", () => {
  renderWith(fakeApi({}), <Grid label="gmv by day" columns={columns} source={source} height={heightOf(2, 8)} />);
  expect(screen.getByRole("grid", { name: "gmv by day" }).getAttribute("aria-rowcount")).toBe("3");
  expect(screen.getByText("1,234.50")).toBeTruthy();
  expect(screen.getByText("NULL")).toBeTruthy();
  expect(screen.getAllByRole("columnheader")).toHaveLength(3);
});

test("keys move the selected cell and the foot sums it", () => {
  renderWith(fakeApi({}), <Grid label="g" columns={columns} source={source} height={heightOf(2, 8)} />);
  const grid = screen.getByRole("grid");
  fireEvent.keyDown(grid, { key: "ArrowDown" });
  fireEvent.keyDown(grid, { key: "ArrowRight" });
  expect(grid.getAttribute("aria-activedescendant")).toMatch(/-0-1$/);
  expect(screen.getByText("Average 1,234.5")).toBeTruthy();
});

test("Enter opens the whole value", async () => {
  renderWith(fakeApi({}), <Grid label="g" columns={[{ name: "j", type: "string", kind: "text" }]} source={new TextSource([['{"a":[1,2]}']])} height={200} />);
  const grid = screen.getByRole("grid");
  fireEvent.keyDown(grid, { key: "ArrowDown" });
  fireEvent.keyDown(grid, { key: "Enter" });
  expect((await screen.findByRole("dialog")).textContent).toContain('"a": [\n    1,\n    2\n  ]');
});

test("a head sorts up, down, and back to the result's own order", () => {
  const onSort = vi.fn();
  renderWith(fakeApi({}), <Grid label="g" columns={columns} source={source} height={200} onSort={onSort} />);
  fireEvent.click(screen.getByText("gmv"));
  expect(onSort).toHaveBeenCalledWith("gmv");
  expect([undefined, "gmv", "-gmv"].map((sort) => nextSort(sort, "gmv"))).toEqual(["gmv", "-gmv", undefined]);
});
