import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** The engine as it ships, built into a temporary folder; natives stay outside, as they are not loaded here. */
export async function bundledEngine(): Promise<{ readonly script: string; readonly remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-engine-'));
  const script = join(folder, 'engine.js');
  await build({
    entryPoints: [resolve(__dirname, '../../../../src/node/engine/main.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    logLevel: 'error',
    external: ['onnxruntime-node', 'serialport', './job', './device'],
  });
  return { script, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
