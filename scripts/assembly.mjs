// Compiles the integer engine's fast kernels and embeds them in the source, so that nothing has to be built before tests
// or bundling. Run it after a change under src/assembly; a test holds the embedded bytes to the sources.
import { writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { inRoot, root } from './paths.mjs';

const source = 'src/assembly/integerKernels.ts';
const target = 'src/core/execute/integer/fast/kernelBytes.ts';

/** @returns {Promise<Uint8Array>} the WebAssembly module */
export async function compileKernels() {
  /** @type {Uint8Array | null} */
  let binary = null;
  const { error, stderr } = await asc.main(
    [
      source,
      '--outFile',
      'kernels.wasm',
      '-O3',
      '--converge',
      '--noAssert',
      '--runtime',
      'stub',
      '--importMemory',
      '--enable',
      'simd',
    ],
    {
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = /** @type {Uint8Array} */ (contents);
      },
    },
  );
  if (error || !binary) throw new Error(`${source} does not compile: ${error?.message ?? ''}\n${stderr.toString()}`);
  return binary;
}

if (import.meta.filename === process.argv[1]) {
  process.chdir(root);
  const bytes = await compileKernels();
  const text = `/** ${source} compiled, in base64: made by \`node scripts/assembly.mjs\`. */
export const kernelBytes =
  '${Buffer.from(bytes).toString('base64')}';
`;
  writeFileSync(inRoot(target), text);
  console.log(`${target}: ${bytes.length} bytes of WebAssembly`);
}
