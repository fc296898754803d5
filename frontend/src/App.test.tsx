// @vitest-environment jsdom
import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { App } from "./App";
import { fakeApi } from "./api/fake";
import type { Event } from "./api/types";
import { useNavigation } from "./lib/navigation";
import { renderWith } from "./testing/render";

const closed = { open: false, path: "", name: "", kind: "none", readOnly: false, timeZone: "UTC", problems: [] };
const game = { ...closed, open: true, path: "/home/ana/game-demo", name: "game-demo", kind: "workspace" };

test("the welcome page stays when the engine tells of the open workspace before it answers the demo's start", async () => {
  let answer: (body: unknown) => void = () => undefined;
  const fake = fakeApi({
    "GET /workspace": () => closed,
    "GET /settings": () => ({ language: "en", theme: "light", memoryBytes: 0, recent: [] }),
    "GET /jobs": () => [],
    "GET /catalog": () => ({ databases: [] }),
    "GET /notebooks": () => [{ name: "game_etl.ipynb", title: "Game ETL" }],
    "GET /dashboards": () => [],
    "POST /workspace/demo": () => new Promise((done) => (answer = done)),
  });
  const asked = () => fake.requests.filter(({ path }) => path === "/settings" || path === "/catalog").length;
  renderWith(fake, <App />);
  await userEvent.click(await screen.findByRole("button", { name: "Open the game demo" }));
  await waitFor(() => expect(fake.requests.some(({ method, path }) => method === "POST" && path === "/workspace/demo")).toBe(true));
  const before = asked();
  act(() => fake.emit({ type: "workspace", workspace: game } as unknown as Event));
  // The news has reached the page when it reads again what the workspace holds.
  await waitFor(() => expect(asked()).toBeGreaterThan(before));
  expect(screen.queryByRole("navigation", { name: "Open documents" })).toBeNull();
  expect(useNavigation.getState().tabs).toEqual([]);
  answer({ workspace: game, notebook: "game_etl.ipynb", dashboard: "game" });
  await waitFor(() => expect(useNavigation.getState().active).toBe("dashboard/game"), { timeout: 10_000 });
});
