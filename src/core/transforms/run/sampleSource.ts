import type { Sample } from '../../datasets/sample';

/** Samples one after another; asked for again for every pass, so that they need not stay in memory. */
export type SampleSource = () => Iterable<Sample>;

/** Called before each sample with how many were done; throws to stop (a cancelled job). */
export type OnSample = (done: number) => void | Promise<void>;
