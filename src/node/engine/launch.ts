import { createRequire } from 'node:module';
import path from 'node:path';
import { CodeCache } from './codeCache';
import type { startEngine } from './main';

/** The engine itself, a bundle beside this one. */
const engineFile = path.join(__dirname, 'engineMain.js');

/** Quiet for this long, a user is reading: what the first answers needed has been compiled. */
const idleMs = 2000;

interface EngineModule {
  readonly startEngine: typeof startEngine;
}

/** Starts the engine with the compiled code of earlier processes, in the folder that TINYML_CODE_CACHE names. */
async function launch(): Promise<void> {
  const folder = process.env.TINYML_CODE_CACHE;
  if (!folder) {
    await (createRequire(__filename)(engineFile) as EngineModule).startEngine();
    return;
  }
  const cache = new CodeCache(engineFile, folder);
  await (cache.run() as EngineModule).startEngine();
  let timer: NodeJS.Timeout | undefined;
  process.on('message', () => {
    clearTimeout(timer);
    timer = setTimeout(() => cache.keep(), idleMs);
    timer.unref();
  });
}

void launch();
