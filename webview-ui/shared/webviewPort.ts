import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc/browser';

/** What VS Code gives a webview; the function that makes it may be called once a page. */
interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): WebviewApi;

/** The page's line to the extension host, and the state that outlives the page. */
export interface WebviewPort {
  readonly connection: MessageConnection;
  getState(): unknown;
  setState(state: unknown): void;
}

/** Opens the line. Call `connection.listen()` after the handlers are registered. Messages are jsonrpc objects as they are. */
export function openWebviewPort(): WebviewPort {
  const api = acquireVsCodeApi();
  return {
    connection: createMessageConnection(new WindowReader(window), new ApiWriter(api)),
    getState: () => api.getState(),
    setState: (state) => {
      api.setState(state);
    },
  };
}

class WindowReader extends AbstractMessageReader implements MessageReader {
  readonly #window: Window;

  constructor(target: Window) {
    super();
    this.#window = target;
  }

  listen(callback: DataCallback): Disposable {
    const receive = (event: MessageEvent<unknown>): void => {
      if (isMessage(event.data)) callback(event.data);
    };
    this.#window.addEventListener('message', receive);
    return {
      dispose: () => {
        this.#window.removeEventListener('message', receive);
      },
    };
  }
}

class ApiWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #api: WebviewApi;

  constructor(api: WebviewApi) {
    super();
    this.#api = api;
  }

  write(message: Message): Promise<void> {
    this.#api.postMessage(message);
    return Promise.resolve();
  }

  end(): void {
    // The page's life is the line's life.
  }
}

/** Other code in a page may post messages of its own. */
function isMessage(data: unknown): data is Message {
  return typeof data === 'object' && data !== null && (data as { jsonrpc?: unknown }).jsonrpc === '2.0';
}
