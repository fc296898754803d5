// Writes src/theme/tokens.gen.css from src/theme/tokens.json: one file, two themes.
import { readFileSync, writeFileSync } from "node:fs";

const tokens = JSON.parse(readFileSync(new URL("../src/theme/tokens.json", import.meta.url), "utf8"));
const lines = (set) => Object.entries(set).map(([name, value]) => `  --${name}: ${value};`).join("\n");

const css = `/* Generated from tokens.json by scripts/gen-tokens.mjs; do not edit. */
:root,
[data-theme="light"] {
  color-scheme: light;
${lines(tokens.light)}
}

[data-theme="dark"] {
  color-scheme: dark;
${lines(tokens.dark)}
}

:root {
${lines(tokens.shared)}
}

/* Built from theme tokens, so declared on every themed element: a nested theme would else show the outer colours. */
:root,
[data-theme] {
  --focus: 0 0 0 2px var(--bg-panel), 0 0 0 4px var(--accent);
  --skeleton: var(--border);
}

:lang(zh) {
  --lh-14: 22px;
}

@media (prefers-reduced-motion: reduce) {
  :root {
    --motion: 0ms;
  }
}
`;
const target = new URL("../src/theme/tokens.gen.css", import.meta.url);
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== css) {
    console.error("src/theme/tokens.gen.css is stale: run npm run gen");
    process.exit(1);
  }
} else writeFileSync(target, css);
