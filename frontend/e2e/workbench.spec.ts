import AxeBuilder from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { fresh, mocked, openDemo, openNotebook, test, watch } from "./support";

test("the demo ticks its four steps and lands on the dashboard", async ({ page }) => {
  const seen = watch(page);
  await fresh(page);
  await page.getByRole("button", { name: "Open the game demo" }).click();
  await expect(page.locator('[data-step="load"]')).toHaveAttribute("data-state", /running|ok/);
  await expect(page.locator('[data-step="build"]')).toHaveAttribute("data-state", /running|ok/, { timeout: 60_000 });
  const tabs = page.getByRole("navigation", { name: "Open documents" });
  await expect(tabs).toContainText("game_etl.ipynb", { timeout: 60_000 });
  await expect(page).toHaveURL(/#\/dashboard\/game/);
  await expect(page).not.toHaveURL(/token/);
  expect(seen.foreign).toEqual([]);
  expect(seen.faults).toEqual([]);
});

test("a cell runs, fails with a caret, and is mended by its suggestion", async ({ page }) => {
  test.skip(!mocked, "the broken cell belongs to the mock's notebook");
  const seen = watch(page);
  await openNotebook(page);
  const cell = page.locator('[data-cell="gmv"]');
  await cell.getByRole("button", { name: "Run cell" }).click();
  await expect(cell).toHaveAttribute("data-state", "error");
  await expect(cell.locator(".cm-carets b")).toHaveText("^^^^^^^^^^^^^");
  await expect(cell.getByRole("alert")).toContainText("Line 2, column 14");
  await cell.getByRole("button", { name: /Replace and run/ }).click();
  await expect(cell).toHaveAttribute("data-state", "ok");
  await expect(cell.locator(".cm-content")).toContainText("dwd_user_event");
  await expect(cell.getByRole("grid")).toBeVisible();
  expect(seen.faults).toEqual([]);
});

test("typing is saved by itself and survives a reload", async ({ page }) => {
  await openNotebook(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("b");
  const cell = page.locator("[data-cell]").nth(1);
  await page.keyboard.press("Enter");
  await page.keyboard.type("SELECT '中文' AS word");
  await expect(cell.locator(".cm-content")).toContainText("SELECT '中文' AS word");
  await page.waitForResponse((response) => response.request().method() === "PATCH" && (response.request().postData() ?? "").includes("word"));
  await page.reload();
  await expect(page.locator("[data-cell]").nth(1).locator(".cm-content")).toContainText("SELECT '中文' AS word");
});

test("cells are inserted, moved, deleted and brought back by Jupyter's keys", async ({ page }) => {
  await openNotebook(page);
  const cells = page.locator("[data-cell]");
  await expect(cells.nth(3)).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  const before = await cells.count();
  await page.locator('section[data-cell] h1').first().click();
  await page.keyboard.press("b");
  await expect(cells).toHaveCount(before + 1);
  await page.keyboard.press("m");
  await expect(cells).toHaveCount(before + 1);
  await page.keyboard.press("d");
  await page.keyboard.press("d");
  await expect(cells).toHaveCount(before);
  await expect(page.getByRole("status").filter({ hasText: "deleted" })).toBeVisible();
  await page.keyboard.press("z");
  await expect(cells).toHaveCount(before + 1);
});

test("completion comes from the engine", async ({ page }) => {
  await openNotebook(page);
  await page.locator('section[data-cell] h1').first().click();
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await page.keyboard.type("SELECT * FROM game_db.dwd_");
  await expect(page.getByRole("listbox").getByRole("option").first()).toContainText("dwd_");
  await page.keyboard.press("Enter");
  await expect(page.locator(".cm-content").filter({ hasText: "game_db.dwd_user" }).first()).toBeVisible();
});

test("the palette finds a table by scattered letters and an action by name", async ({ page }) => {
  await openDemo(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("adsreten");
  await expect(page.getByRole("option").first()).toContainText("ads_retention_daily");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/table\/game_db\.ads_retention_daily/);
  await page.keyboard.press("Control+k");
  await page.keyboard.type(">settings");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Settings" })).toBeVisible();
});

test("language and theme change live and stay", async ({ page }) => {
  await openDemo(page);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("combobox", { name: "Language" }).selectOption("zh-CN");
  await expect(page.getByRole("dialog", { name: "设置" })).toBeVisible();
  await page.getByRole("button", { name: "深色" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("heading", { name: "数据目录" })).toBeVisible();
});

test("a table shows its rows, columns, history and statement", async ({ page }) => {
  await openDemo(page);
  await page.getByRole("treeitem", { name: /dwd_user_event/ }).click();
  await expect(page.getByRole("grid").getByRole("gridcell").first()).not.toBeEmpty();
  for (const tab of ["Columns", "Snapshots", "DDL"]) {
    await page.getByRole("tab", { name: new RegExp(tab) }).click();
    await expect(page.getByRole("tabpanel").first()).not.toBeEmpty();
  }
  await expect(page.getByRole("tabpanel").first()).toContainText("CREATE TABLE");
});

test("a folder that is not there is said so, a folder opens", async ({ page }) => {
  await fresh(page);
  await page.getByRole("button", { name: /^Open a folder/ }).click();
  const dialog = page.getByRole("dialog", { name: "Open a folder" });
  await dialog.getByRole("textbox").fill("/tmp/missing-laketop");
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("/tmp/missing-laketop");
});

test("own events: file, preview, roles, run", async ({ page }) => {
  test.skip(!mocked, "needs a file of the mock's disk");
  await fresh(page);
  await page.getByRole("button", { name: /^Your own events/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /events\.csv/ }).click();
  await dialog.getByRole("button", { name: "Look inside" }).click();
  await expect(dialog.getByRole("combobox", { name: /^Who/ })).toHaveValue("user_id");
  await dialog.getByRole("button", { name: "Make the workspace and run" }).click();
  await expect(page.locator('[data-step="load"]')).toHaveAttribute("data-state", /running|ok/);
});

for (const theme of ["light", "dark"] as const) {
  test(`no accessibility fault on any page, ${theme}`, async ({ page }) => {
    test.setTimeout(180_000);
    const scan = async (name: string) => {
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]).exclude("[data-chart]").analyze();
      expect(violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(" | ")}`)).toEqual([]);
    };
    await page.emulateMedia({ colorScheme: theme });
    await fresh(page);
    if (theme === "dark") await page.getByRole("button", { name: "Switch light and dark" }).click();
    await scan("welcome");
    await page.getByRole("button", { name: "Open the game demo" }).click();
    await expect(page.getByRole("navigation", { name: "Open documents" })).toContainText("game_etl.ipynb", { timeout: 60_000 });
    await page.getByRole("treeitem", { name: /dwd_user_event/ }).click();
    await expect(page.getByRole("grid")).toBeVisible();
    await scan("explorer");
    await page.getByRole("navigation", { name: "Open documents" }).getByRole("button", { name: "game_etl.ipynb", exact: true }).click();
    await expect(page.getByRole("grid").first()).toBeVisible();
    await scan("notebook");
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("dialog")).toBeVisible();
    await scan("palette");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Settings" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await scan("settings");
  });
}
