import { AbstractMessageReader, AbstractMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import type { DataCallback, Message, MessageConnection } from 'vscode-jsonrpc/node';
import type { Webview } from 'vscode';
import type { Disposable } from '../disposable';

/** What the webview posts arrives here as whole jsonrpc messages; typed arrays survive postMessage as they are. */
class WebviewReader extends AbstractMessageReader {
  readonly #webview: Webview;

  constructor(webview: Webview) {
    super();
    this.#webview = webview;
  }

  listen(callback: DataCallback): Disposable {
    return this.#webview.onDidReceiveMessage((message: Message) => callback(message));
  }
}

class WebviewWriter extends AbstractMessageWriter {
  readonly #webview: Webview;

  constructor(webview: Webview) {
    super();
    this.#webview = webview;
  }

  async write(message: Message): Promise<void> {
    await this.#webview.postMessage(message);
  }

  end(): void {
    // A webview closes with its panel: there is no stream to end.
  }
}

/** A jsonrpc connection to a webview, not yet listening. The caller disposes it with the panel. */
export function connectWebview(webview: Webview): MessageConnection {
  return createMessageConnection(new WebviewReader(webview), new WebviewWriter(webview));
}
