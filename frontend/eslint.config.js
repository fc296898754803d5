import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";
import ts from "typescript-eslint";

const inside = (names) => names.flatMap((name) => [`**/features/${name}`, `**/features/${name}/**`]);

/** Rooms and their doors (STYLE section 3.3): a feature is entered through its index.ts, api/ is the only place with fetch. */
const deep = { group: ["../*/*", "**/features/*/*"], message: "Enter another feature through its index.ts." };

export default ts.config(
  { ignores: ["dist", "node_modules", "src/api/schema.gen.ts", "bundle"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  hooks.configs.flat.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-globals": ["error", { name: "fetch", message: "Only src/api speaks to the network." }],
      "no-eval": "error",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ["src/features/**/*.{ts,tsx}"], rules: { "no-restricted-imports": ["error", { patterns: [{ group: ["**/features/*/*"], message: deep.message }] }] } },
  { files: ["src/ui/**", "src/lib/**", "src/theme/**"], rules: { "no-restricted-imports": ["error", { patterns: ["**/features/**", "**/api/**"] }] } },
  {
    files: ["src/features/grid/**"],
    ignores: ["**/*.test.*"],
    rules: { "no-restricted-imports": ["error", { patterns: ["**/api/client", ...inside(["notebook", "catalog", "shell"])] }] },
  },
  { files: ["src/**/*.tsx"], ignores: ["**/*.test.tsx"], rules: { "max-lines": ["error", { max: 200, skipBlankLines: true, skipComments: true }] } },
  // The scroll bar is the DOM's; moving it is what this hook is for.
  { files: ["src/features/grid/useView.ts"], rules: { "react-hooks/immutability": "off", "react-hooks/preserve-manual-memoization": "off" } },
  { files: ["src/api/**", "**/*.test.*", "src/testing/**"], rules: { "no-restricted-globals": "off" } },
  { files: ["e2e/**", "scripts/**", "*.config.*", "chart/**"], languageOptions: { globals: { ...globals.node, ...globals.browser } }, rules: { "no-restricted-globals": "off", "max-lines": "off" } },
);
