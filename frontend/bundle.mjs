// Builds frontend/dist/chart.js, the bundle that the binary runs, and puts the
// rasteriser beside it. `node bundle.mjs`, or npm run bundle.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (p) => fileURLToPath(new URL(p, import.meta.url));
mkdirSync(here("dist"), { recursive: true });
await build({
  entryPoints: [here("src/render/main.ts")],
  outfile: here("dist/chart.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2017",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
});
copyFileSync(here("node_modules/@resvg/resvg-wasm/index_bg.wasm"), here("dist/resvg.wasm"));
// vite empties the folder; the file that keeps it in git, and so go:embed alive, comes back here.
writeFileSync(here("dist/.gitkeep"), "");
