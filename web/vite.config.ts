// The build of the page: one small entry, a chunk for each component, one chunk of messages for each language.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

import { catalogue } from "./catalogue.ts";

export default defineConfig({
  base: "/assets/",
  plugins: [svelte(), catalogue()],
  build: {
    outDir: "dist",
    manifest: true,
    target: "es2022",
    // The content security policy allows no data: addresses, so nothing is inlined.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: "src/main.ts",
      output: {
        codeSplitting: {
          groups: [{ name: (id) => `messages-${/virtual:messages\/([^/]+)/.exec(id)?.[1] ?? ""}`, test: /virtual:messages\// }],
        },
      },
    },
  },
  // Components under test are the browser's, not the server's.
  resolve: process.env["VITEST"] ? { conditions: ["browser"] } : {},
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
  },
});
