import { constants, setPriority } from 'node:os';
import type { Caller } from '../../protocol/connection';
import type { InspectorRequests } from '../../protocol/engine';
import type { Disposable } from '../disposable';
import { EngineProcess } from './engineProcess';
import type { EngineOptions } from './engineProcess';

/** A child that nobody asks for this long has no reason to take memory. */
const REST_MS = 10_000;

/**
 * A second inspector, of the lowest priority, for models that nobody looks at: an open editor never waits behind it. It
 * is forked by its first request and ends when it has been idle.
 */
export class BackgroundInspector implements Disposable {
  readonly #process: EngineProcess<InspectorRequests, object, object>;
  #asked = 0;
  #rest: NodeJS.Timeout | undefined;

  constructor(options: EngineOptions) {
    this.#process = new EngineProcess(options);
  }

  readonly request: Caller<InspectorRequests, object>['request'] = async (method, params, token) => {
    clearTimeout(this.#rest);
    this.#asked += 1;
    const before = this.#process.pid;
    const answer = this.#process.request(method, params, token);
    if (this.#process.pid !== before) this.#lower();
    try {
      return await answer;
    } finally {
      this.#asked -= 1;
      if (this.#asked === 0) this.#rest = setTimeout(() => this.#process.kill(), REST_MS);
    }
  };

  #lower(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      setPriority(pid, constants.priority.PRIORITY_LOW);
    } catch {
      // It ended already, or the system does not let us: it works at the usual priority.
    }
  }

  dispose(): void {
    clearTimeout(this.#rest);
    this.#process.dispose();
  }
}
