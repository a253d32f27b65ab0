/** Compiles src/assembly/integerKernels.ts to WebAssembly. Throws what the compiler says. */
export function compileKernels(): Promise<Uint8Array>;
