import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Where `npx vite` sends what the server answers; the built pages are served by the server itself.
const server = process.env.XIAOER_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/console/",
  plugins: [react()],
  build: {
    // The page's policy forbids inline scripts and fonts or images from data addresses are not worth an exception.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1400,
    rolldownOptions: {
      output: {
        // What changes seldom is apart from what changes often, so that a release leaves most of it cached.
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 2 },
            { name: "antd", test: /node_modules/, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/v1": { target: server, ws: true } } },
});
