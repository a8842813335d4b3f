import { defineConfig } from "vite";

/** The one line that a shop embeds: a script that stands alone, beside the app's page. */
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2020",
    emptyOutDir: false,
    lib: { entry: "src/loader.ts", formats: ["iife"], name: "xiaoerLoader", fileName: () => "widget.js" },
  },
});
