import { defineConfig } from "@playwright/test";

/** With LAKETOP_URL the suite runs against a real `laketop serve`; without it, against the mock server. */
const real = process.env["LAKETOP_URL"];
const port = 7190;

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  timeout: 90_000,
  workers: 1,
  reporter: [["list"]],
  outputDir: "node_modules/.cache/playwright",
  use: {
    baseURL: real ?? `http://127.0.0.1:${port}/?token=mock`,
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--js-flags=--expose-gc", "--enable-precise-memory-info"],
    },
  },
  ...(real ? {} : { webServer: { command: `node e2e/mock-server.mjs --port ${port}`, url: `http://127.0.0.1:${port}/`, reuseExistingServer: false } }),
});
