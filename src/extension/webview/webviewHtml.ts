import { randomUUID } from 'node:crypto';
import { Uri } from 'vscode';
import type { Webview, WebviewOptions } from 'vscode';

export type WebviewBundle = 'modelEditor' | 'deviceMonitor' | 'report';

function bundleFolder(extensionUri: Uri): Uri {
  return Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** Scripts on, and nothing readable but the bundles. */
export function webviewOptions(extensionUri: Uri): WebviewOptions {
  return { enableScripts: true, localResourceRoots: [bundleFolder(extensionUri)] };
}

/** The static page of a webview: data comes by message only. */
export function webviewHtml(webview: Webview, extensionUri: Uri, bundle: WebviewBundle, title: string): string {
  const nonce = randomUUID();
  const resource = (name: string): string =>
    webview.asWebviewUri(Uri.joinPath(bundleFolder(extensionUri), name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // Preact sets styles through the DOM, which the policy does not govern; the sheet itself is a file.
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${resource(`${bundle}.css`)}">
<title>${title.replace(/[&<>"]/g, (character) => `&#${String(character.charCodeAt(0))};`)}</title>
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${resource(`${bundle}.js`)}"></script>
</body>
</html>`;
}
