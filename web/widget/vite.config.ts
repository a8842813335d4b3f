import { defineConfig } from "vite";

export default defineConfig({
  base: "/widget/",
  build: { target: "es2022", modulePreload: { polyfill: false } },
});
