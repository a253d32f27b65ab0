import { signal } from '@preact/signals';
import { CancellationTokenSource, type CancellationToken } from 'vscode-jsonrpc';
import type { ErrorData } from '../../src/protocol/engine';

/** Why an answer did not come. `reason` is `unknown` when the other end gave none. */
export interface Failure {
  readonly message: string;
  readonly reason: string;
  readonly details: readonly string[];
}

/**
 * One answer of the engine as the screen sees it: the last value stays while a newer one is on its way or has failed, so
 * that a reload never blanks the view.
 */
export class Resource<T> {
  readonly value = signal<T | null>(null);
  readonly failure = signal<Failure | null>(null);
  readonly pending = signal(false);
  #source: CancellationTokenSource | null = null;
  #key: string | null = null;

  /** Asks again, cancelling what is on its way. `key` names the question: the same one is not asked twice. */
  load(key: string, request: (token: CancellationToken) => Promise<T>): void {
    if (key === this.#key) return;
    this.#source?.cancel();
    const source = new CancellationTokenSource();
    this.#source = source;
    this.#key = key;
    this.pending.value = true;
    request(source.token).then(
      (value) => {
        if (this.#source !== source) return;
        this.value.value = value;
        this.failure.value = null;
        this.pending.value = false;
      },
      (error: unknown) => {
        if (this.#source !== source) return;
        this.failure.value = describeFailure(error);
        this.pending.value = false;
      },
    );
  }

  /** Forgets the value, for a question about something else. */
  clear(): void {
    this.#source?.cancel();
    this.#source = null;
    this.#key = null;
    this.value.value = null;
    this.failure.value = null;
    this.pending.value = false;
  }
}

/** What jsonrpc puts before the message of an error that carries no data of its own. */
const JSONRPC_PREFIX = /^Request \S+ failed with message: /;

/** A rejected request in the words of the other end. */
export function describeFailure(error: unknown): Failure {
  const stated = error instanceof Error ? error.message.replace(JSONRPC_PREFIX, '') : '';
  const message = stated === '' ? 'The engine did not answer.' : stated;
  const data: unknown = typeof error === 'object' && error !== null ? (error as { data?: unknown }).data : undefined;
  if (!isErrorData(data)) return { message, reason: 'unknown', details: [] };
  return { message, reason: data.reason, details: data.details };
}

function isErrorData(data: unknown): data is ErrorData {
  if (typeof data !== 'object' || data === null) return false;
  const { reason, details } = data as Partial<ErrorData>;
  return typeof reason === 'string' && Array.isArray(details);
}
