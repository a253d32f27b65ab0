const PAUSE_EVERY_MS = 40;

/** Lets messages (a cancel among them) in now and then: inference blocks the thread. Throws the signal's reason. */
export function pauser(signal: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    const now = performance.now();
    if (now - last > PAUSE_EVERY_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      last = now;
    }
    signal.throwIfAborted();
  };
}
