// Bundles the front end into src/beijiang/ui/static/ui/dist. Files are named by content, so that browsers may keep
// them for ever; manifest.json says which name a page asks for, icons.json holds only the icons that pages use.
import * as esbuild from "esbuild";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const source = path.resolve(here, "../..");
const root = path.resolve(source, "../..");
const dist = path.resolve(here, "../static/ui/dist");
const fresh = dist + ".new";

async function* walk(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["node_modules", "dist", "__pycache__"].includes(entry.name)) yield* walk(at);
    } else yield at;
  }
}

// An icon is used when a template or a module quotes its name; a few names too many cost bytes, one too few an icon.
async function icons() {
  const outline = path.join(root, "node_modules/@tabler/icons/icons/outline");
  const known = new Set((await readdir(outline)).map((name) => name.replace(/\.svg$/, "")));
  const used = new Set();
  for await (const file of walk(source)) {
    if (!/\.(html|py|js)$/.test(file)) continue;
    const text = await readFile(file, "utf8");
    const lines = file.endsWith(".html") ? text.split("\n").filter((line) => line.includes("icon")) : [text];
    for (const line of lines)
      for (const [, name] of line.matchAll(/["']([a-z][a-z0-9]*(?:-[a-z0-9]+)*)["']/g)) if (known.has(name)) used.add(name);
  }
  const table = {};
  for (const name of [...used].sort()) {
    const svg = await readFile(path.join(outline, `${name}.svg`), "utf8");
    table[name] = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/g, "").replace(/\s*\n\s*/g, "");
  }
  return table;
}

async function build() {
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const result = await esbuild.build({
    entryPoints: ["theme.js", "app.js", "map.js", "chart.js", "ask.js", "editor.js", "upload.js", "app.css", "map.css"].map((name) => path.join(here, name))
      .concat([path.join(root, "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs")]),
    bundle: true, minify: true, format: "iife", target: ["es2022"], outdir: fresh, outbase: here,
    entryNames: "[name]-[hash]", assetNames: "asset-[name]-[hash]", metafile: true, legalComments: "linked", define: { "import.meta.url": "document.baseURI" },
    loader: { ".woff2": "file", ".svg": "dataurl" }, logLevel: "warning",
  });
  const manifest = {};
  for (const [out, about] of Object.entries(result.metafile.outputs)) {
    if (!about.entryPoint) continue;
    const name = path.basename(about.entryPoint).replace("maplibre-gl-worker.mjs", "map-worker.js");
    manifest[name] = path.basename(out);
  }
  const mark = await readFile(path.join(here, "icon.svg"));
  manifest["icon.svg"] = `icon-${createHash("sha256").update(mark).digest("hex").slice(0, 8).toUpperCase()}.svg`;
  await writeFile(path.join(fresh, manifest["icon.svg"]), mark);
  await writeFile(path.join(fresh, "icons.json"), JSON.stringify(await icons()));
  await writeFile(path.join(fresh, "manifest.json"), JSON.stringify(manifest, null, 1));
  // whitenoise sends these to browsers that take gzip, which all do; fonts are packed already.
  for (const name of await readdir(fresh))
    if (/\.(js|css|svg)$/.test(name)) await writeFile(path.join(fresh, `${name}.gz`), gzipSync(await readFile(path.join(fresh, name)), { level: 9 }));
  await mkdir(path.dirname(dist), { recursive: true });
  // Swapped in one go: a running server never sees half a build.
  const old = dist + ".old";
  await rm(old, { recursive: true, force: true });
  if (existsSync(dist)) await rename(dist, old);
  await rename(fresh, dist);
  await rm(old, { recursive: true, force: true });
  const bytes = Object.entries(result.metafile.outputs).filter(([, o]) => o.entryPoint)
    .map(([, o]) => `${path.basename(o.entryPoint)} ${(o.bytes / 1024).toFixed(0)} kB`);
  console.log(`front end built: ${bytes.join(", ")}`);
}

await build();
if (process.argv.includes("--watch")) {
  const { watch } = await import("node:fs");
  let timer;
  watch(source, { recursive: true }, (_, name) => {
    if (!name || name.includes("dist") || !/\.(html|py|js|css)$/.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 200);
  });
}
