import { type Page, expect } from "@playwright/test";
import { mocked, openDemo, test, watch } from "./support";

/** Rests the pointer on every chart in sight until its tooltip shows, in order of the page. */
async function hoverCharts(page: Page): Promise<number> {
  const charts = page.locator("canvas:visible");
  await expect(charts.first()).toBeVisible({ timeout: 30_000 });
  let told = 0;
  for (const canvas of await charts.all()) {
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (!box) continue;
    for (const [x, y] of [[0.5, 0.5], [0.3, 0.6], [0.55, 0.3]] as const) {
      await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 2 });
      if (await tip(page).first().waitFor({ timeout: 500 }).then(() => true, () => false)) {
        told++;
        break;
      }
    }
    await page.mouse.move(0, 0);
  }
  return told;
}

/** What a chart tells of a point: the parts that features/chart/tooltip.ts makes. */
const tip = (page: Page) => page.locator("[class*=tipRow]:visible, [class*=tipTitle]:visible");

/** Shows the notebook's first result as a chart and as a table again; the mock's results are none to draw. */
async function chartOfCell(page: Page): Promise<void> {
  const cell = page.locator('[data-cell]:visible').filter({ has: page.getByRole("group", { name: "Show result as" }) }).first();
  await cell.scrollIntoViewIfNeeded();
  await cell.getByRole("button", { name: "Chart" }).click();
  expect(await hoverCharts(page)).toBeGreaterThanOrEqual(1);
  await cell.getByRole("button", { name: "Table" }).click();
  await expect(cell.getByRole("grid")).toBeVisible();
}

test("what a page could be made to run or to look like is refused", async ({ page }) => {
  await openDemo(page);
  const refused = await page.evaluate(async () => {
    const found = new Set<string>();
    // Heard before the suite's own listener, which calls any refusal a fault.
    window.addEventListener("securitypolicyviolation", (event) => { event.stopImmediatePropagation(); found.add(`${event.effectiveDirective} ${event.blockedURI}`); }, { capture: true });
    const add = (name: string, text: string) => { const element = document.createElement(name); element.textContent = text; document.body.append(element); };
    const box = document.createElement("div");
    box.innerHTML = '<p style="position: fixed">a style attribute</p>';
    document.body.append(box);
    add("style", "body { display: none }");
    add("script", "window.name = 'inline'");
    let evaluated = true;
    // From a timer: the browser lets a debugger's own call evaluate text.
    await new Promise((done) => setTimeout(() => {
      try { new Function("return 1")(); } catch { evaluated = false; }
      setTimeout(done, 300);
    }));
    const looks = { position: getComputedStyle(box.firstElementChild as Element).position, display: getComputedStyle(document.body).display };
    return { found: [...found].sort(), evaluated, looks, name: window.name };
  });
  expect(refused.found).toEqual(["script-src eval", "script-src-elem inline", "style-src-attr inline", "style-src-elem inline"]);
  expect(refused).toMatchObject({ evaluated: false, looks: { position: "static" }, name: "" });
  expect(refused.looks.display).not.toBe("none");
});

test("charts with their tooltips, menus and dialogs do nothing that the policy refuses", async ({ page }) => {
  const seen = watch(page);
  await openDemo(page);
  await expect(page).toHaveURL(/#\/dashboard\/game/);
  expect(await hoverCharts(page), "charts that told of a point").toBeGreaterThanOrEqual(mocked ? 1 : 4);
  const tile = page.locator("section[aria-label]:visible").filter({ has: page.locator("canvas") }).first();
  for (const entry of [/SQL/, /numbers/i]) {
    await tile.hover();
    await tile.locator("button").last().click();
    await page.getByRole("menuitem", { name: entry }).click();
    if (await page.getByRole("dialog").isVisible()) await page.keyboard.press("Escape");
  }
  if (!mocked) {
    await page.getByRole("button", { name: /^Export/ }).first().click();
    await expect(page.getByRole("dialog").locator("img")).toBeVisible({ timeout: 30_000 });
    await page.keyboard.press("Escape");
  }
  await page.getByRole("navigation", { name: "Open documents" }).getByRole("button", { name: "game_etl.ipynb", exact: true }).click();
  if (!mocked) await chartOfCell(page);
  // The editor's rules are there, though no <style> element may be.
  await expect(page.locator(".cm-scroller:visible").first()).toHaveCSS("line-height", "20px");
  expect(await page.locator("style").count()).toBe(0);
  expect(seen.faults).toEqual([]);
});
