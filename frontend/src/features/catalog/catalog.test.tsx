import { fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { FakeProblem, fakeApi } from "../../api/fake";
import { useNavigation } from "../../lib/navigation";
import { renderWith } from "../../testing/render";
import { CatalogTree } from "./CatalogTree";
import { layerOf } from "./LayerMark";
import { byLayer, matching } from "./tree";

const catalog = { databases: [{ name: "game_db", tables: [{ name: "dwd_user_event", kind: "table" as const, layer: "dwd" as const }, { name: "ads_mv_gmv", kind: "view" as const, layer: "ads" as const }, { name: "notes", kind: "table" as const }] }] };

test("layers stand in the order of the lake, the rest last", () => {
  expect(byLayer(catalog.databases[0] as never).map((group) => group.layer)).toEqual(["dwd", "ads", ""]);
  expect(layerOf("game_db.ADS_x")).toBe("ads");
});

test("the filter keeps what it finds", () => {
  expect(matching(catalog, "userev").databases[0]?.tables.map((table) => table.name)).toEqual(["dwd_user_event"]);
  expect(matching(catalog, "zzz").databases).toEqual([]);
});

test("a table opens on click and unfolds to its columns by key", async () => {
  const fake = fakeApi({
    "GET /catalog": () => catalog,
    "GET /catalog/game_db/dwd_user_event": () => ({ database: "game_db", name: "dwd_user_event", kind: "table", columns: [{ name: "user_id", type: "bigint", kind: "integer" }] }),
  });
  renderWith(fake, <CatalogTree filter="" />);
  const row = await screen.findByRole("treeitem", { name: /dwd_user_event/ });
  fireEvent.click(row);
  expect(useNavigation.getState().active).toBe("table/game_db.dwd_user_event");
  fireEvent.keyDown(row, { key: "ArrowRight" });
  expect(await screen.findByText("user_id")).toBeTruthy();
});

test("a catalog that cannot be read says why", async () => {
  renderWith(fakeApi({ "GET /catalog": () => new FakeProblem({ status: 500, message: "warehouse is gone" }) }), <CatalogTree filter="" />);
  expect((await screen.findByRole("alert")).textContent).toBe("warehouse is gone");
});
