import type { Activation } from './common';

/** Inputs and outputs in the file's own order (`source.op` says whose). */
export interface Recurrent {
  readonly kind: 'Lstm' | 'Gru' | 'Rnn';
  readonly hiddenSize: number;
  readonly direction: 'forward' | 'reverse' | 'bidirectional';
  /** True: [time, batch, features]. */
  readonly timeMajor: boolean;
  readonly activation: Activation;
}

/** Inputs: x, feature weights, time weights, bias?, state (variable). */
export interface Svdf {
  readonly kind: 'Svdf';
  readonly rank: number;
  readonly activation: Activation;
}

export type RecurrentOp = Recurrent | Svdf;
