import { AbstractMessageReader, AbstractMessageWriter, createMessageConnection } from 'vscode-jsonrpc';
import type { DataCallback, Disposable, Message, MessageConnection } from 'vscode-jsonrpc';

/**
 * One end of the channel between a process and a child it forked with `serialization: 'advanced'` (the default turns a
 * Float32Array into an object). `process` and `ChildProcess` both are one.
 */
export interface IpcEnd {
  send?(message: object, callback: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
  readonly connected?: boolean;
}

class IpcReader extends AbstractMessageReader {
  readonly #end: IpcEnd;

  constructor(end: IpcEnd) {
    super();
    this.#end = end;
  }

  listen(callback: DataCallback): Disposable {
    const receive = (message: unknown): void => {
      callback(message as Message);
    };
    this.#end.on('message', receive);
    return {
      dispose: () => {
        this.#end.off('message', receive);
      },
    };
  }
}

class IpcWriter extends AbstractMessageWriter {
  readonly #end: IpcEnd;

  constructor(end: IpcEnd) {
    super();
    this.#end = end;
  }

  write(message: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#end.connected === false || !this.#end.send) {
        reject(new Error('The other process is gone.'));
        return;
      }
      this.#end.send(message, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  end(): void {
    // The channel closes with its process.
  }
}

/** A jsonrpc connection over a forked process's channel, not yet listening. */
export function connectProcess(end: IpcEnd): MessageConnection {
  return createMessageConnection(new IpcReader(end), new IpcWriter(end));
}
