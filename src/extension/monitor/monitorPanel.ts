import { ViewColumn, commands, env, l10n, window } from 'vscode';
import type { Uri, WebviewPanel } from 'vscode';
import type { Disposable } from '../disposable';
import { answerer, caller } from '../../protocol/connection';
import type { MonitorNotifications, MonitorRequests, OpenDevice } from '../../protocol/device';
import { connectWebview } from '../webview/webviewPort';
import { webviewHtml, webviewOptions } from '../webview/webviewHtml';
import type { DeviceClient } from './deviceClient';

const MONITOR_PANEL = 'tinyml.deviceMonitor';

/** The device monitor: one panel over the one device session. Hidden, it costs nothing; shown again, it asks for a snapshot. */
export class MonitorPanel implements Disposable {
  readonly #extensionUri: Uri;
  readonly #device: DeviceClient;
  readonly #serializer: Disposable;
  #panel: WebviewPanel | undefined;

  constructor(extensionUri: Uri, device: DeviceClient) {
    this.#extensionUri = extensionUri;
    this.#device = device;
    this.#serializer = window.registerWebviewPanelSerializer(MONITOR_PANEL, {
      deserializeWebviewPanel: (panel) => {
        this.#panel?.dispose();
        this.#fill(panel);
        return Promise.resolve();
      },
    });
  }

  /** Shows the monitor and, when a device is named, connects to it. */
  async show(device?: OpenDevice): Promise<void> {
    if (this.#panel) this.#panel.reveal();
    else {
      const title = l10n.t('Device Monitor');
      const options = webviewOptions(this.#extensionUri);
      this.#fill(window.createWebviewPanel(MONITOR_PANEL, title, ViewColumn.Active, options));
    }
    // The page shows what the session says, failures included: nothing more to tell here.
    if (device) await this.#device.requests.request('open', device).catch(() => undefined);
  }

  #fill(panel: WebviewPanel): void {
    this.#panel = panel;
    panel.webview.options = webviewOptions(this.#extensionUri);
    const connection = connectWebview(panel.webview);
    const on = answerer<MonitorRequests, object>(connection);
    const device = this.#device.requests;
    on.onRequest('list', () => device.request('list', null));
    on.onRequest('open', (params) => device.request('open', params));
    on.onRequest('close', () => device.request('close', null));
    on.onRequest('write', (params) => device.request('write', params));
    on.onRequest('snapshot', () => device.request('snapshot', null));
    on.onRequest('searchLog', (params) => device.request('searchLog', params));
    on.onRequest('startSimulatedBoard', async () => {
      await commands.executeCommand('tinyml.startSimulatedBoard');
      return null;
    });
    on.onRequest('copyText', async ({ text }) => {
      await env.clipboard.writeText(text);
      return null;
    });
    connection.listen();
    const webview = caller<object, MonitorNotifications>(connection);
    const listeners = [
      this.#device.onBatch((batch) => {
        if (panel.visible) webview.notify('batch', batch);
      }),
      this.#device.onState((state) => webview.notify('state', state)),
      this.#device.onPorts((ports) => webview.notify('ports', ports)),
      this.#device.watchPorts(),
    ];
    panel.onDidDispose(() => {
      this.#panel = undefined;
      for (const listener of listeners) listener.dispose();
      connection.dispose();
    });
    panel.webview.html = webviewHtml(panel.webview, this.#extensionUri, 'deviceMonitor', l10n.t('Device Monitor'));
  }

  dispose(): void {
    this.#serializer.dispose();
    this.#panel?.dispose();
  }
}
