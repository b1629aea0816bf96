import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { SetupError } from './failure.mjs';
import { DIST, ROOT } from './places.mjs';

const PAGES = path.join(ROOT, 'web', 'pages');
const WEB_DIST = path.join(DIST, 'web');
const CLIENT = path.join(ROOT, 'web', 'client', 'index.ts');
const CLIENT_TYPES = path.join(ROOT, 'web', 'client', 'dropgate-client.d.ts');
const LIBRARY_DIST = path.join(WEB_DIST, 'library');

/** What a page names of our own: scripts, styles and pictures, relative to the page. */
const OWN_FILE = /(?<=(?:src|href)=")\.{1,2}\/[^"]+(?=")/g;

/** Files that are worth compressing; source maps are for developers only. */
const TEXT = /\.(?:js|css|svg)$/;

/** What the browsers of the last three years understand; older ones are told by `<noscript>`. */
const BROWSERS = ['chrome109', 'firefox115', 'safari16'];

/**
 * Bundles the pages and the client library into dist/web/. Assets carry a hash of their content in
 * their names, so that a browser may keep them for ever; pages name the assets and are asked anew.
 * @returns {Promise<Set<string>>} the files written
 */
export async function bundleWeb() {
  const pages = readdirSync(PAGES)
    .filter((file) => file.endsWith('.html'))
    .map((file) => ({ file, html: readFileSync(path.join(PAGES, file), 'utf8') }));
  const { outputs, written } = await bundle({
    entryPoints: [...new Set(pages.flatMap(({ html }) => entriesOf(html)))],
    outdir: path.join(WEB_DIST, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: 'chunk-[hash]',
    assetNames: '[name]-[hash]',
    splitting: true,
  });
  // A shop's page names the library by an address of its own: that one never changes.
  const client = await bundle({
    entryPoints: [{ in: CLIENT, out: 'dropgate-client' }],
    outdir: LIBRARY_DIST,
  });
  const types = path.join(LIBRARY_DIST, 'dropgate-client.d.ts');
  copyFileSync(CLIENT_TYPES, types);
  for (const { file, html } of pages) {
    const target = path.join(WEB_DIST, 'pages', file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, withAssets(html, outputs));
    written.add(target);
  }
  return new Set([...written, ...client.written, types]);
}

/** @param {string} html */
function entriesOf(html) {
  return (html.match(OWN_FILE) ?? []).map((file) => path.join(PAGES, file));
}

/** @param {import('esbuild').BuildOptions} options */
async function bundle(options) {
  const result = await build({
    ...options,
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    target: BROWSERS,
    minify: true,
    sourcemap: 'linked',
    legalComments: 'linked',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.svg': 'copy' },
    metafile: true,
    logLevel: 'silent',
  }).catch((error) => {
    throw new SetupError('The pages could not be bundled: mend this and run the command again.', {
      output: error.message,
    });
  });
  const files = Object.keys(result.metafile.outputs).map((file) => path.join(ROOT, file));
  return {
    outputs: outputsByEntry(result.metafile.outputs),
    written: new Set(files.flatMap((file) => [file, ...compressed(file)])),
  };
}

/**
 * @param {import('esbuild').Metafile['outputs']} outputs
 * @returns {Map<string, {url: string, imports: string[]}>} by the entry's path below the checkout
 */
function outputsByEntry(outputs) {
  const found = new Map();
  for (const [file, { entryPoint, imports, inputs }] of Object.entries(outputs)) {
    const copied = file.endsWith('.svg') ? Object.keys(inputs)[0] : undefined;
    const source = entryPoint ?? copied;
    if (!source) continue;
    found.set(source, {
      url: assetUrl(file),
      imports: imports
        .filter(({ kind }) => kind === 'import-statement')
        .map((i) => assetUrl(i.path)),
    });
  }
  return found;
}

/** @param {string} file below the checkout */
function assetUrl(file) {
  return `/assets/${path.basename(file)}`;
}

/**
 * The page with the names that its files have now, and with what its script imports asked for at
 * once rather than after the script has come.
 * @param {string} html
 * @param {Map<string, {url: string, imports: string[]}>} outputs
 */
function withAssets(html, outputs) {
  /** @type {string[]} */
  const preloads = [];
  const named = html.replace(OWN_FILE, (file) => {
    const source = path.relative(ROOT, path.join(PAGES, file)).split(path.sep).join('/');
    const output = outputs.get(source);
    if (!output) throw new SetupError(`web/pages names ${file}, which the bundle does not hold.`);
    preloads.push(...output.imports);
    return output.url;
  });
  const links = [...new Set(preloads)].map(
    (url) => `<link rel="modulepreload" href="${url}">\n    `,
  );
  return named.replace('<script type="module"', `${links.join('')}<script type="module"`);
}

/**
 * Compressed once, here, and as small as can be; the gateway only hands the files out.
 * @param {string} file
 * @returns {string[]} the files written
 */
function compressed(file) {
  if (!TEXT.test(file)) return [];
  const content = readFileSync(file);
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  writeFileSync(`${file}.br`, brotliCompressSync(content, options));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
  return [`${file}.br`, `${file}.gz`];
}
