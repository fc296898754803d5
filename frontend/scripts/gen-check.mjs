// Fails when a generated file is not what its source says.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const out = join(mkdtempSync(join(tmpdir(), "laketop-gen-")), "schema.gen.ts");
execFileSync("npx", ["openapi-typescript", "../app/api/openapi.yaml", "-o", out], { stdio: ["ignore", "ignore", "inherit"] });
if (readFileSync(out, "utf8") !== readFileSync("src/api/schema.gen.ts", "utf8")) {
  console.error("src/api/schema.gen.ts is stale: run npm run gen");
  process.exit(1);
}
execFileSync("node", ["scripts/gen-tokens.mjs", "--check"], { stdio: "inherit" });
