import { fork, type ChildProcess } from 'node:child_process';
import type { BackendModel } from './onnxBackendCases';
import type { RunMode, RunRequest, RunVerdict } from './onnxBackendRunner';

/** Longest that one model may take: loading a network of half a gigabyte on a busy machine included. */
const LIMIT_MS = 120_000;

export const SERVE_OPTION = '--serve-runs';

export interface RunRow extends RunVerdict {
  readonly name: string;
}

/**
 * Runs models one after another in a child process, which is started anew when ONNX Runtime takes it down. The child is
 * this same program with `SERVE_OPTION`.
 */
export class RunChild {
  #child: ChildProcess | null = null;
  #nextId = 0;

  async run(backend: BackendModel, mode: RunMode): Promise<RunRow> {
    const child = (this.#child ??= start());
    const id = this.#nextId++;
    const verdict = await ask(child, { id, backend, mode });
    if (child.exitCode !== null || child.signalCode !== null || !child.connected) this.#child = null;
    return { name: `${backend.suite}/${backend.name}`, ...verdict };
  }

  stop(): void {
    this.#child?.disconnect();
    this.#child = null;
  }
}

function start(): ChildProcess {
  return fork(process.argv[1]!, [SERVE_OPTION], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

function ask(child: ChildProcess, request: RunRequest): Promise<RunVerdict> {
  return new Promise((resolve) => {
    const died: RunVerdict['verdict'] = request.mode === 'plain' ? 'refused' : 'wrong';
    const settle = (result: RunVerdict): void => {
      clearTimeout(timer);
      child.off('message', answer);
      child.off('exit', gone);
      resolve(result);
    };
    const answer = (message: RunVerdict & { readonly id: number }): void => {
      if (message.id === request.id) settle({ verdict: message.verdict, detail: message.detail });
    };
    const gone = (code: number | null, signal: string | null): void =>
      settle({ verdict: died, detail: `the process dies (${signal ?? `exit ${code}`})` });
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.on('message', answer);
    child.once('exit', gone);
    child.send(request);
  });
}
