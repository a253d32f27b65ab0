import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** The engine as it ships, built into a temporary folder; natives stay outside, as they are not loaded here. */
export async function bundledEngine(): Promise<{ readonly script: string; readonly remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-engine-'));
  const script = join(folder, 'engine.js');
  const bundle = (entry: string, outfile: string) =>
    build({
      entryPoints: [resolve(__dirname, '../../../../src/node/engine', entry)],
      outfile,
      bundle: true,
      platform: 'node',
      logLevel: 'error',
      external: ['onnxruntime-node', 'serialport', './job', './device'],
    });
  await Promise.all([bundle('launch.ts', script), bundle('main.ts', join(folder, 'engineMain.js'))]);
  return { script, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
