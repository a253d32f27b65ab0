// Compiles the integer engine's fast kernels and embeds them in the source, so that nothing has to be built before tests
// or bundling. Run it after a change under src/assembly; a test holds the embedded bytes to the sources.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { localTool } from './localTool.mjs';
import { inRoot, root } from './paths.mjs';

const source = 'src/assembly/integerKernels.ts';
const target = 'src/core/execute/integer/fast/kernelBytes.ts';
const module = 'out/assembly/integerKernels.wasm';
const options = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd'];

/**
 * Runs the compiler as a command: imported, its ambient declarations would replace Node's in every script.
 * @returns {Promise<Uint8Array>} the WebAssembly module
 */
export async function compileKernels() {
  mkdirSync(path.dirname(inRoot(module)), { recursive: true });
  const compiler = localTool('assemblyscript', 'asc');
  await promisify(execFile)(process.execPath, [compiler, source, '--outFile', module, ...options], { cwd: root });
  return readFileSync(inRoot(module));
}

if (import.meta.filename === process.argv[1]) {
  const bytes = await compileKernels();
  const text = `/** ${source} compiled, in base64: made by \`node scripts/assembly.mjs\`. */
export const kernelBytes =
  '${Buffer.from(bytes).toString('base64')}';
`;
  writeFileSync(inRoot(target), text);
  console.log(`${target}: ${bytes.length} bytes of WebAssembly`);
}
