// Puts a gzipped copy beside every text file of the widget and the shop; the server sends it to whoever can read it.
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

const TEXT = /\.(html|js|css|svg|json)$/;

for (const app of ["widget", "shop"]) {
  const folder = new URL(`${app}/dist/`, import.meta.url).pathname;
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names.filter((name) => TEXT.test(name))) {
    const file = path.join(folder, name);
    await writeFile(`${file}.gz`, gzipSync(await readFile(file), { level: 9 }));
  }
}
