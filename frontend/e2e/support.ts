import { type BrowserContext, type Page, expect, test as plain } from "@playwright/test";

interface Violation {
  readonly directive: string;
  readonly blocked: string;
  readonly source: string;
}

/** Tells of everything in a context's pages that their content security policy refuses, from the first script on. */
async function violations(context: BrowserContext): Promise<readonly string[]> {
  const found: string[] = [];
  await context.exposeFunction("e2eViolation", ({ directive, blocked, source }: Violation) => found.push(`${directive} refused ${blocked} from ${source}`));
  await context.addInitScript(() => {
    const tell = (window as unknown as { e2eViolation: (violation: Violation) => void }).e2eViolation;
    document.addEventListener("securitypolicyviolation", (event) =>
      tell({ directive: event.effectiveDirective, blocked: event.blockedURI, source: `${event.sourceFile}:${event.lineNumber}:${event.columnNumber} ${event.sample}` }));
  });
  return found;
}

/** Playwright's test; it fails when the page did anything that its content security policy refuses. */
export const test = plain.extend<{ policy: void }>({
  policy: [
    async ({ context }, use) => {
      const found = await violations(context);
      await use();
      expect(found, "refused by the content security policy").toEqual([]);
    },
    { auto: true },
  ],
});

/** True while the suite runs against the mock server, which can be reset and has a broken cell. */
export const mocked = process.env["LAKETOP_URL"] === undefined;

const base = mocked ? "http://127.0.0.1:7190" : new URL(process.env["LAKETOP_URL"] as string).origin;
export const address = mocked ? `${base}/?token=mock` : (process.env["LAKETOP_URL"] as string);
const token = mocked ? "mock" : (new URL(address).searchParams.get("token") ?? new URLSearchParams(new URL(address).hash.slice(1)).get("token") ?? "");

export async function call(page: Page, method: "get" | "post" | "put" | "patch", path: string, data?: unknown): Promise<unknown> {
  const response = await page.request[method](`${base}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` }, ...(data === undefined ? {} : { data }) });
  expect(response.ok(), `${method} ${path}: ${response.status()}`).toBe(true);
  return response.json();
}

/** Watches a page for anything that must not happen: script errors, refused styles, requests to other hosts. */
export function watch(page: Page): { readonly foreign: string[]; readonly faults: string[] } {
  const foreign: string[] = [];
  const faults: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== base && url.protocol !== "blob:") foreign.push(request.url());
  });
  page.on("pageerror", (error) => faults.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d|ERR_ABORTED/.test(message.text())) faults.push(message.text());
  });
  return { foreign, faults };
}

interface Shipped {
  readonly etag: string;
  readonly cells: readonly { readonly id: string }[];
}

/** Takes the cells away that an earlier test put into the demo's notebook; their ids are made up by the page. */
async function tidy(page: Page): Promise<void> {
  const { open } = (await call(page, "get", "/workspace")) as { open: boolean };
  if (!open) return;
  const path = "/notebooks/game_etl.ipynb";
  const { etag, cells } = (await call(page, "get", path)) as Shipped;
  const edits = cells.filter(({ id }) => /^[0-9a-f]{8}$/.test(id)).map(({ id }) => ({ op: "delete", cell: id }));
  if (edits.length > 0) await call(page, "patch", path, { etag, edits });
}

/** Starts from the welcome page in English and light. */
export async function fresh(page: Page): Promise<void> {
  if (mocked) await call(page, "post", "/mock/reset", {});
  else {
    await tidy(page);
    await call(page, "post", "/workspace/close");
  }
  const settings = (await call(page, "get", "/settings")) as Record<string, unknown>;
  await call(page, "put", "/settings", { ...settings, language: "en", theme: "light" });
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

/** Opens the demo workspace with its notebook, without waiting for the welcome page. */
export async function openDemo(page: Page): Promise<void> {
  await fresh(page);
  await page.getByRole("button", { name: "Open the game demo" }).click();
  await expect(page.getByRole("navigation", { name: "Open documents" })).toContainText("game_etl.ipynb", { timeout: 60_000 });
}

export async function openNotebook(page: Page): Promise<void> {
  await openDemo(page);
  await page.getByRole("navigation", { name: "Open documents" }).getByRole("button", { name: "game_etl.ipynb", exact: true }).click();
}
