import AxeBuilder from "@axe-core/playwright";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Page, expect } from "@playwright/test";
import { call, mocked, openDemo, test, watch } from "./support";

const NAME = "game_db.dwd_order_wide";
const KEY = "8820411015";

/** The same table as the mock's, smaller: orders that a second stream completes. */
const MAKE = [
  "CREATE DATABASE IF NOT EXISTS game_db",
  `DROP TABLE IF EXISTS ${NAME}`,
  `CREATE TABLE ${NAME} (order_id BIGINT NOT NULL, user_id BIGINT, pay_status STRING, refund_status STRING) TBLPROPERTIES ('primary-key' = 'order_id', 'bucket' = '2', 'merge-engine' = 'partial-update', 'write-only' = 'true')`,
  `INSERT INTO ${NAME} SELECT 8820411000 + id, id, 'paid', CAST(NULL AS STRING) FROM range(40)`,
  `CALL sys.compact(table => '${NAME}')`,
  `INSERT INTO ${NAME} SELECT 8820411000 + id * 5, CAST(NULL AS BIGINT), CAST(NULL AS STRING), 'approved' FROM range(10)`,
];

async function openTable(page: Page): Promise<void> {
  await openDemo(page);
  if (!mocked) for (const sql of MAKE) await call(page, "post", "/query", { dialect: "spark", sql });
  await page.goto(`${page.url().split("#")[0]}#/table/${NAME}`);
  await page.getByRole("tab", { name: /Snapshots/ }).waitFor();
}

const tab = (page: Page, name: RegExp) => page.getByRole("tab", { name }).click();
const slider = (page: Page) => page.getByRole("slider", { name: "Snapshot" });
const newest = async (page: Page) => Number(/\d+/.exec((await slider(page).getAttribute("aria-valuetext")) ?? "")?.[0]);

test("one handle travels in time, two show what changed", async ({ page }) => {
  const seen = watch(page);
  await openTable(page);
  await tab(page, /Snapshots/);
  const last = await newest(page);
  const panel = page.getByRole("complementary", { name: `Snapshot #${last}` });
  await expect(panel).toContainText("latest");
  await slider(page).press("ArrowLeft");
  await expect(page.getByText(`Rows at #${last - 1}`)).toBeVisible();
  await expect(page.getByRole("complementary", { name: `Snapshot #${last - 1}` }).getByRole("button", { name: `Roll back to #${last - 1}` })).toBeVisible();
  await expect(page.getByRole("tabpanel").getByRole("grid")).toBeVisible();
  await slider(page).press("End");
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await expect(page.getByText(`Changes from #${last - 1} to #${last}`, { exact: true })).toBeVisible();
  const rows = page.getByRole("region", { name: `Changes from #${last - 1} to #${last}` }).getByRole("row");
  await expect(rows.filter({ hasText: "approved" }).first()).toContainText("→");
  await expect(page.getByText(/updated$/)).toBeVisible();
  await page.getByRole("slider", { name: "Compare from" }).press("Home");
  await expect(page.getByText(`Changes from #1 to #${last}`, { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Export diff" }).click();
  const waits = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "CSV" }).click();
  const file = await waits;
  expect(file.suggestedFilename()).toBe(`dwd_order_wide_1_${last}.csv`);
  if (!mocked) expect(readFileSync(await file.path(), "utf8")).toMatch(/^change,order_id,user_id \u2190,user_id \u2192,/);
  expect(seen.faults).toEqual([]);
});

test("a handle follows the mouse and stops at snapshots", async ({ page }) => {
  await openTable(page);
  await tab(page, /Snapshots/);
  const last = await newest(page);
  const box = await slider(page).boundingBox();
  if (!box) throw new Error("no slider");
  const [step, y] = [box.width / last, box.y + box.height / 2];
  await page.mouse.move(box.x + step * (last - 0.5), y);
  await page.mouse.down();
  await page.mouse.move(box.x + step * 0.6, y, { steps: 5 });
  await page.mouse.up();
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /^#1 /);
  await expect(page.getByRole("complementary", { name: "Snapshot #1" })).toBeVisible();
});

test("the versions of a key fall into the row that readers see", async ({ page }) => {
  await openTable(page);
  await tab(page, /Versions/);
  await page.getByRole("textbox", { name: "order_id" }).fill(KEY);
  await page.keyboard.press("Enter");
  const table = page.getByRole("region", { name: "Versions" });
  await expect(table.locator("tbody tr")).toHaveCount(2);
  await expect(table.locator("tbody tr").first()).toContainText("approved");
  await expect(table.locator("tfoot")).toContainText("Readers see");
  await expect(table.locator("tfoot")).toContainText("paid");
  await expect(table.locator("tfoot")).toContainText("approved");
  await page.getByRole("textbox", { name: "order_id" }).fill("1");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No file holds this key.")).toBeVisible();
  await page.getByRole("textbox", { name: "order_id" }).fill("abc");
  await page.keyboard.press("Enter");
  await expect(page.getByText("abc is no value of order_id")).toBeVisible();
});

test("a tag and a branch are made from a snapshot and deleted again", async ({ page }) => {
  await openTable(page);
  await tab(page, /Snapshots/);
  const run = async (title: string) => {
    const dialog = page.getByRole("dialog", { name: title });
    await dialog.getByRole("button", { name: "Run it" }).click();
    await expect(dialog).toBeHidden();
  };
  for (const [button, name] of [["Create tag", "release-1"], ["Create branch", "try_it"]] as const) {
    await page.getByRole("complementary").getByRole("button", { name: button }).click();
    await expect(page.getByRole("dialog").getByRole("textbox")).toBeFocused();
    await page.keyboard.type(name);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog").locator("code")).toContainText(`'${name}'`);
    await run(button);
  }
  await expect(page.getByRole("complementary").getByText("release-1")).toBeVisible();
  const switcher = page.getByRole("group", { name: "Branch" });
  await switcher.getByRole("button", { name: "try_it" }).click();
  await expect(switcher.getByRole("button", { name: "try_it" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("complementary", { name: /Snapshot/ })).toBeVisible();
  await switcher.getByRole("button", { name: "main" }).click();
  await tab(page, /Branches/);
  await page.getByRole("button", { name: "Create branch" }).click();
  await expect(page.getByRole("dialog").getByRole("textbox")).toBeFocused();
  await page.keyboard.type("try_it");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Run it" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("exists already");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  for (const [kind, name] of [["branch", "try_it"], ["tag", "release-1"]] as const) {
    await page.locator(`[data-ref="${name}"]`).getByRole("button", { name: "Delete" }).click();
    await run(`Delete ${kind} ${name}`);
    await expect(page.locator(`[data-ref="${name}"]`)).toHaveCount(0);
  }
});

test("a branch says how it stands to main, and what it changed", async ({ page }) => {
  await openTable(page);
  if (!mocked) {
    for (const sql of [`CALL sys.create_branch(table => '${NAME}', branch => 'fix_refund', snapshot => 2)`, `INSERT INTO game_db.\`dwd_order_wide$branch_fix_refund\` VALUES (8820411001, CAST(NULL AS BIGINT), CAST(NULL AS STRING), 'rejected'), (1, 2, 'paid', CAST(NULL AS STRING))`]) await call(page, "post", "/query", { dialect: "spark", sql });
    await page.reload();
  }
  await tab(page, /Branches/);
  const row = page.locator('[data-ref="fix_refund"]');
  await expect(row).toContainText(mocked ? "0 ahead, 4 behind" : "1 ahead, 1 behind");
  await row.getByRole("button", { name: "Compare" }).click();
  await expect(page.getByText("fix_refund against main")).toBeVisible();
  if (!mocked) await expect(page.getByText("~9 updated")).toBeVisible();
  await page.getByRole("button", { name: "Since it began" }).click();
  await expect(page.getByText(/^fix_refund since #/)).toBeVisible();
  if (!mocked) {
    await expect(page.getByText("+1 inserted")).toBeVisible();
    await expect(page.getByText("~1 updated")).toBeVisible();
  }
  await row.getByRole("button", { name: /Fast-forward/ }).click();
  await expect(page.getByRole("dialog")).toContainText(mocked ? "4 snapshots would go" : "1 snapshot would go");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("a rollback says what goes, and that is what goes", async ({ page }) => {
  await openTable(page);
  if (!mocked) await call(page, "post", "/query", { dialect: "spark", sql: `CALL sys.create_tag(table => '${NAME}', tag => 'daily-1121')` });
  await page.reload();
  await tab(page, /Snapshots/);
  const last = await newest(page);
  await slider(page).press("Home");
  await page.getByRole("button", { name: "Roll back to #1" }).click();
  const dialog = page.getByRole("dialog", { name: "Roll back to #1" });
  await expect(dialog.getByText(`${last - 1} snapshots would go.`)).toBeVisible();
  await expect(dialog.getByRole("list", { name: "Snapshots" }).getByRole("listitem")).toHaveCount(last - 1);
  await expect(dialog.getByText(/tags? would go: .*daily-1121/)).toBeVisible();
  await dialog.getByRole("button", { name: "Run it" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("tab", { name: /Snapshots/ })).toContainText("1");
  if (!mocked) await expect(page.getByText("daily-1121")).toHaveCount(0);
});

test("moments stand in the workspace's zone, and move with it", async ({ page }) => {
  test.skip(mocked, "a workspace's zone is in its file");
  await openTable(page);
  const { path } = (await call(page, "get", "/workspace")) as { path: string };
  const file = join(path, "laketop.yaml");
  const text = readFileSync(file, "utf8");
  const openIn = async (zone: string) => {
    writeFileSync(file, text.replace(/^timezone: [\w/]+/m, `timezone: ${zone}`));
    await call(page, "post", "/workspace/close");
    await call(page, "post", "/workspace/open", { path });
  };
  try {
    for (const zone of ["America/New_York", "Asia/Kolkata"]) {
      await openIn(zone);
      await page.goto(`${page.url().split("#")[0]}#/table/${NAME}`);
      await tab(page, /Activity/);
      await expect(page.getByRole("contentinfo")).toContainText(zone);
      const { snapshots } = (await call(page, "get", `/catalog/${NAME.replace(".", "/")}`)) as { snapshots: { id: number; at: string }[] };
      const last = snapshots.sort((a, b) => a.id - b.id).at(-1); // the row on top
      const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(new Date(last?.at ?? ""));
      await expect(page.getByRole("tabpanel").getByRole("row").nth(1)).toContainText(shown);
      const [same] = (await call(page, "post", "/query", { dialect: "spark", sql: `SELECT 1 FROM game_db.\`dwd_order_wide$snapshots\` WHERE snapshot_id = ${last?.id} AND date_format(commit_time, 'yyyy-MM-dd HH:mm:ss') = '${shown}'` })) as { result: { rows: number } }[];
      expect(same?.result.rows, "SQL reads the same time").toBe(1);
    }
  } finally {
    await openIn("Asia/Shanghai");
  }
});

test("lineage and activity are what the cells' runs did", async ({ page }) => {
  test.skip(mocked, "the mock's runs touch other tables");
  await openDemo(page);
  await page.goto(`${page.url().split("#")[0]}#/table/game_db.dwd_user_event`);
  await tab(page, /Lineage/);
  await expect(page.getByRole("region", { name: "Comes from" })).toContainText("game_db.ods_user_event");
  await expect(page.getByRole("region", { name: "Goes to" })).toContainText("game_db.ads_");
  await tab(page, /Activity/);
  await expect(page.getByRole("row").nth(1)).toContainText("game_etl.ipynb");
});

test("a compaction joins the small files, and the page says so", async ({ page }) => {
  await openTable(page);
  await tab(page, /Files/);
  const warning = page.getByText(/small files make reads slower/);
  await expect(warning).toBeVisible();
  await page.getByRole("button", { name: "Expire snapshots" }).click();
  await expect(page.getByRole("dialog").getByText(/files? would go/i)).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Compact" }).first().click();
  await expect(page.getByRole("dialog").getByText(/files would be joined/)).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Run it" }).click();
  await expect(warning).toHaveCount(0);
  await expect(page.getByRole("tab", { name: /Files/ })).toContainText("2");
});

for (const theme of ["light", "dark"]) {
  test(`the explorer has no violation of its rules of access, ${theme}`, async ({ page }) => {
    test.setTimeout(180_000);
    await openTable(page);
    const settings = (await call(page, "get", "/settings")) as Record<string, unknown>;
    await call(page, "put", "/settings", { ...settings, theme });
    await page.reload();
    await page.getByRole("tab", { name: /Snapshots/ }).waitFor();
    const clean = async (where: string) => {
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]).analyze();
      expect(violations.map(({ id, nodes }) => `${where} ${id}: ${nodes[0]?.html}`)).toEqual([]);
    };
    for (const name of ["Preview", "Columns", "Snapshots", "Files", "Branches", "Versions", "Lineage", "DDL", "Activity"]) {
      await tab(page, new RegExp(name));
      if (name === "Snapshots") await page.getByRole("button", { name: "Compare", exact: true }).click();
      if (name === "Versions") await page.getByRole("button", { name: "Show versions" }).click();
      await expect(page.getByLabel("Loading")).toHaveCount(0);
      await clean(name);
    }
    await tab(page, /Files/);
    await page.getByRole("button", { name: "Expire snapshots" }).click();
    await expect(page.getByRole("dialog").getByText(/files? would go/i)).toBeVisible();
    await clean("dialog");
  });
}
