// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { ApiProvider } from "../../api/context";
import { fakeApi, FakeProblem, type FakeHandler } from "../../api/fake";
import { startI18n } from "../../lib/i18n";
import { ThemeProvider } from "../../theme/ThemeProvider";
import { DashboardPage } from "./index";

beforeAll(() => {
  startI18n("en");
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(240);
  globalThis.ResizeObserver ??= class { observe() {} unobserve() {} disconnect() {} } as never;
  globalThis.matchMedia ??= ((media: string) => ({ matches: false, media, addEventListener() {}, removeEventListener() {}, addListener() {}, removeListener() {} })) as never;
});
beforeEach(() => vi.useRealTimers());
afterEach(cleanup);

const document = {
  name: "game", title: { en: "Game overview", "zh-CN": "游戏总览" },
  filters: [{ name: "period", kind: "date-range", default: "all" }],
  datasets: { os: { sql: "SELECT '${from}'" }, gone: { sql: "SELECT x" } },
  rows: [{ tiles: [{ title: "By system", dataset: "os", width: 6, chart: { kind: "list", name: "os", value: "n" } }, { title: "Missing", dataset: "gone", width: 6, chart: { kind: "line", x: "dt", y: "v" } }] }],
};
const params = { from: "2026-10-22", to: "2026-11-20", data_from: "2026-10-22", data_to: "2026-11-20" };
const good = { table: { rows: 2, columns: [{ name: "os", kind: "text", values: ["Android", "iOS"] }, { name: "n", kind: "number", values: [7, 5] }] }, reads: [{ table: "g.t", snapshot: 4 }] };
const gone = { problem: { code: "sql.unknown_table", message: "table g.gone does not exist", status: 400, args: { name: "g.gone" } } };

function open(routes: Record<string, FakeHandler> = {}) {
  const fake = fakeApi({
    "GET /dashboards/game": () => document,
    "POST /dashboards/game/run": () => ({ datasets: { os: good, gone }, params, elapsedMs: 5 }),
    "GET /notebooks": () => [{ name: "game_etl.ipynb", title: "Game ETL" }],
    ...routes,
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <ApiProvider value={fake.api}>
        <ThemeProvider scheme="light" env="test"><DashboardPage name="game" active /></ThemeProvider>
      </ApiProvider>
    </QueryClientProvider>,
  );
  return fake;
}

const runs = (fake: ReturnType<typeof open>) => fake.requests.filter((r) => r.path.endsWith("/run"));

test("tiles show their numbers, and a missing table the notebook that fills it", async () => {
  open();
  const tile = await screen.findByRole("region", { name: "By system" });
  expect(await within(tile).findByText("Android", { selector: "text" })).toBeTruthy();
  expect(within(tile).getByText("7")).toBeTruthy();
  expect(within(tile).getByTitle("g.t #4")).toBeTruthy();
  const missing = screen.getByRole("region", { name: "Missing" });
  expect(within(missing).getByText("g.gone does not exist yet")).toBeTruthy();
  expect(await within(missing).findByRole("button", { name: "Open Game ETL" })).toBeTruthy();
  expect(screen.getByText("Oct 22 – Nov 20, 2026")).toBeTruthy();
});

test("a preset runs the datasets again with it", async () => {
  const user = userEvent.setup();
  const fake = open();
  await user.click(await screen.findByText("All days"));
  await user.click(await screen.findByRole("button", { name: "Last 7 days" }));
  await waitFor(() => expect(runs(fake)).toHaveLength(2));
  expect(runs(fake)[1]?.body).toEqual({ params: { period: "last-7-days" } });
});

test("a failure keeps the last good answer beneath it", async () => {
  let failing = false;
  const user = userEvent.setup();
  open({ "POST /dashboards/game/run": () => ({ datasets: { os: failing ? { problem: { code: "sql.unknown_column", message: "column n does not exist here", status: 400 } } : good, gone }, params }) });
  const tile = await screen.findByRole("region", { name: "By system" });
  await within(tile).findByText("Android", { selector: "text" });
  failing = true;
  await user.click(screen.getByRole("button", { name: "Run again" }));
  expect((await within(tile).findByRole("alert")).textContent).toContain("column n does not exist here");
  expect(within(tile).getByText("Android", { selector: "text" })).toBeTruthy();
  expect(within(tile).getByText("Failed")).toBeTruthy();
});

test("a new snapshot of a table it reads refreshes the dashboard, of another not", async () => {
  const fake = open();
  await screen.findByTitle("g.t #4");
  fake.api.events.start();
  fake.emit({ type: "catalog", table: { table: "g.other", snapshot: 9 } });
  fake.emit({ type: "catalog", table: { table: "g.t", snapshot: 5 } });
  await waitFor(() => expect(runs(fake)).toHaveLength(2), { timeout: 3000 });
});

test("a broken file is shown with its place", async () => {
  open({ "GET /dashboards/game": () => new FakeProblem({ status: 400, code: "dashboard.unknown_value", message: "chart kind cannot be lien", source: "game", text: "a\nkind: lien", span: { start: 8, end: 12, line: 2, column: 7 } }) });
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("chart kind cannot be lien");
  expect(alert.textContent).toContain("game:2:7  kind: lien");
});

test("the SQL of a tile is shown with the values that hold", async () => {
  const user = userEvent.setup();
  open();
  await screen.findByTitle("g.t #4");
  await user.click(screen.getByRole("button", { name: "Menu of By system" }));
  await user.click(await screen.findByText("Show SQL"));
  expect(await screen.findByText("SELECT '2026-10-22'")).toBeTruthy();
});
