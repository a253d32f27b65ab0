// A board behind a real serial device: a PTY of @lydell/node-pty, fed by the same simulated board that the extension has
// inside. `node scripts/simulatedBoard.mjs` starts one and prints its path.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { loadPty } from './board/loadPty.mjs';
import { inRoot } from './paths.mjs';

/** Why this machine cannot have one, or null when it can. @returns {string | null} */
export function whyNoSimulatedBoard() {
  if (process.platform === 'win32') return 'no PTY on Windows';
  try {
    loadPty();
    return null;
  } catch (error) {
    return `no PTY here: ${String(error).split('\n', 1)[0]}`;
  }
}

/** @type {typeof import('./simulatedBoard.d.mts').startSimulatedBoard} */
export async function startSimulatedBoard({ chatter = true } = {}) {
  const child = fork(inRoot('scripts', 'board', 'boardProcess.mjs'), chatter ? [] : ['silent'], { execArgv: [] });
  const ended = once(child, 'exit');
  const path = await Promise.race([
    once(child, 'message').then(([message]) => message.path),
    ended.then(([code]) => Promise.reject(new Error(`The simulated board did not start (exit code ${code}).`))),
  ]);
  let orders = 0;
  /** @type {(order: string, params?: object) => Promise<void>} */
  const tell = (order, params) => {
    const id = (orders += 1);
    return new Promise((resolve, reject) => {
      /** @param {{id: number}} answer */
      const answered = (answer) => {
        if (answer.id !== id) return;
        child.off('message', answered);
        resolve();
      };
      child.on('message', answered);
      child.send({ id, order, params }, (error) => {
        if (error) reject(error);
      });
    });
  };
  return {
    path,
    unplug: () => tell('unplug'),
    replug: () => tell('plug'),
    flood: (count, bytesPerSecond) => tell('flood', { count, bytesPerSecond }),
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const board = await startSimulatedBoard();
  console.log(board.path);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void board.stop());
}
