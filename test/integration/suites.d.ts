/** Made at bundle time (bundleSuites.mjs): every *.test.ts of this folder, by its path, with what loads it. */
declare module 'tinyml:suites' {
  export const suites: Readonly<Record<string, () => unknown>>;
}
