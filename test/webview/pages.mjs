// Serves the editor's bundle as the extension does (same policy, same page) with a fake host in front of it.
import { createServer } from 'node:http';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { inRoot } from '../../scripts/paths.mjs';

const folder = inRoot('out', 'webview-test');

const html = (/** @type {string} */ origin) => `<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-test'; style-src ${origin}; font-src ${origin}; img-src ${origin} data:">
<link rel="stylesheet" href="/modelEditor.css"><title>Model</title></head>
<body><div id="root"></div><script nonce="test" src="/fakeHost.js"></script></body></html>`;

/** Bundles both and listens on a free port. @returns {Promise<{origin: string, close: () => void}>} */
export async function servePages() {
  await mkdir(folder, { recursive: true });
  const common = {
    bundle: true,
    platform: /** @type {const} */ ('browser'),
    format: /** @type {const} */ ('iife'),
    target: 'es2022',
    logLevel: /** @type {const} */ ('error'),
  };
  await Promise.all([
    build({
      ...common,
      entryPoints: [inRoot('webview-ui', 'modelEditor', 'main.tsx')],
      outfile: path.join(folder, 'modelEditor.js'),
      minify: true,
    }),
    build({
      ...common,
      entryPoints: [inRoot('test', 'webview', 'fakeHost.ts')],
      outfile: path.join(folder, 'fakeHost.js'),
    }),
  ]);
  const types = { '.js': 'text/javascript', '.css': 'text/css' };
  const server = createServer((request, response) => {
    const name = path.basename(request.url ?? '/');
    if (name === '' || name === 'index.html') {
      response.setHeader('content-type', 'text/html').end(html(`http://${request.headers.host}`));
      return;
    }
    readFile(path.join(folder, name)).then(
      (bytes) =>
        response.setHeader('content-type', types[/** @type {'.js'} */ (path.extname(name))] ?? 'text/plain').end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}
