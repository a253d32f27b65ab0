/** Endings of files that `readSamples` can take, lower-case. Apart from it, so that a host can name them without decoders. */
export const SAMPLE_EXTENSIONS: readonly string[] = ['.png', '.jpg', '.jpeg', '.npy', '.npz', '.wav', '.bin', '.raw'];
