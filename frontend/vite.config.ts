import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/**
 * CodeMirror writes its rules into a <style> element, which the page's policy (style-src 'self') refuses.
 * Its style module already knows constructable style sheets for shadow roots; this lets the document use them too.
 */
function constructableStyles(): Plugin {
  return {
    name: "laketop-constructable-styles",
    transform(code, id) {
      if (!/style-mod[\\/]src[\\/]style-mod\.js/.test(id)) return null;
      const patched = code.replace("!root.head && root.adoptedStyleSheets", "root.adoptedStyleSheets");
      if (patched === code) throw new Error("style-mod changed: the constructable style sheet patch no longer fits");
      return { code: patched, map: null };
    },
  };
}

/** The development server hands /api to a running `laketop serve` (or the mock server). */
const api = process.env["LAKETOP_URL"] ?? "http://127.0.0.1:7080";

export default defineConfig({
  plugins: [react(), constructableStyles()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // No data: URLs, no inline scripts: the page's policy is default-src 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    chunkSizeWarningLimit: 900,
  },
  optimizeDeps: { exclude: ["style-mod"] },
  server: { proxy: { "/api": api, "/endpoint.js": api } },
});
