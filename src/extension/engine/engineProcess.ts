import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import 'vscode-jsonrpc/node';
import { ConnectionError, ConnectionErrors, ErrorCodes, ResponseError } from 'vscode-jsonrpc';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { caller } from '../../protocol/connection';
import type { Caller, Requests } from '../../protocol/connection';
import type { ErrorData } from '../../protocol/engine';
import { connectProcess } from '../../protocol/processPort';

export type EngineRole = 'inspector' | 'job' | 'device';

export interface EngineOptions {
  /** The engine bundle. */
  readonly script: string;
  readonly role: EngineRole;
  /** Receives the child's stderr, line by line, and how it ended. */
  readonly log: (line: string) => void;
  /** Folder in which inspectors leave the code they have compiled to the children after them. */
  readonly codeCache?: string;
}

/**
 * The child died while it was working on a request. The next request starts a new one. A ResponseError, so that its
 * reason survives a relay to a webview.
 */
export class EngineDiedError extends ResponseError<ErrorData> {
  constructor(message: string) {
    super(ErrorCodes.InternalError, message, { reason: 'engine-died', details: [] });
    // ResponseError gives every instance its own prototype.
    Object.setPrototypeOf(this, EngineDiedError.prototype);
    this.name = 'EngineDiedError';
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  /** Rejects when the child ends. */
  readonly ended: Promise<never>;
}

type Listener = (params: unknown) => void;

/**
 * A child process of one role, forked by its first request and again by the first request after its death. A request
 * under way when the child dies rejects with EngineDiedError.
 */
export class EngineProcess<R extends Requests<R>, N extends object, Incoming extends object> {
  readonly #options: EngineOptions;
  readonly #listeners = new Map<string, Listener>();
  readonly #exitListeners: (() => void)[] = [];
  #running: Running | undefined;
  #disposed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** Undefined while no child runs. */
  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  readonly request: Caller<R, N>['request'] = async (method, params, token?: CancellationToken) => {
    const running = this.#start();
    const answer = caller<R, N>(running.connection).request(method, params, token);
    // The loser of the race must not count as unhandled.
    answer.catch(() => undefined);
    try {
      return await Promise.race([answer, running.ended]);
    } catch (error) {
      // The channel can break a moment before the exit is known: say how the child ended, not that a pipe closed.
      if (error instanceof ConnectionError && error.code !== ConnectionErrors.AlreadyListening) await running.ended;
      throw error;
    }
  };

  /** One handler a notification; kept over restarts. */
  onNotification<M extends keyof Incoming & string>(method: M, handler: (params: Incoming[M]) => void): void {
    const listener = handler as Listener;
    this.#listeners.set(method, listener);
    this.#running?.connection.onNotification(method, listener);
  }

  /** Called each time a child ends that was not told to. */
  onExit(listener: () => void): void {
    this.#exitListeners.push(listener);
  }

  /** Ends the child at once; requests under way reject. The next request starts a new one. */
  kill(): void {
    this.#running?.child.kill('SIGKILL');
  }

  dispose(): void {
    this.#disposed = true;
    this.kill();
  }

  #start(): Running {
    if (this.#disposed) throw new EngineDiedError('TinyML Workbench is shutting down.');
    this.#running ??= this.#fork();
    return this.#running;
  }

  #fork(): Running {
    const { script, role, log, codeCache } = this.#options;
    const started = performance.now();
    const child = fork(script, [role], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
      ...(codeCache === undefined ? {} : { env: { ...process.env, TINYML_CODE_CACHE: codeCache } }),
    });
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', log);
    const connection = connectProcess(child);
    for (const [method, listener] of this.#listeners) connection.onNotification(method, listener);
    const ended = new Promise<never>((_, reject) => {
      const end = (how: string): void => {
        if (this.#running?.child === child) this.#running = undefined;
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        log(`process ${child.pid ?? '?'} ended with ${how} after ${seconds} s`);
        reject(new EngineDiedError(`The ${role} process stopped (${how}). The next request starts it again.`));
        // After the reason is given: disposing rejects what is pending with a reason of its own.
        connection.dispose();
        if (!this.#disposed) for (const listener of this.#exitListeners) listener();
      };
      child.once('exit', (code, signal) => end(signal ?? `exit code ${code ?? 0}`));
      child.once('error', (error) => end(error.message));
    });
    ended.catch(() => undefined);
    connection.listen();
    return { child, connection, ended };
  }
}
