import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// Where `npx vite` sends what the server answers; the built pages are served by the server itself.
const server = process.env.XIAOER_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/console/",
  plugins: [react(), packed()],
  build: {
    target: "es2022",
    // The page's policy allows no inline scripts, and images from data addresses are not worth an exception.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
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

/** Puts `FILE.gz` beside each script and sheet: the server sends it as it is and never packs on the way. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        if (!/\.(js|css|svg)$/.test(fileName)) continue;
        const plain = file.type === "chunk" ? file.code : file.source;
        this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source: gzipSync(plain, { level: 9 }) });
      }
    },
  };
}
