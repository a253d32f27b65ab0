import type { Activation, Layout, Padding } from './common';

/** Inputs: x. A window slides over the spatial dimensions. */
export interface Pool {
  readonly kind: 'Pool';
  readonly mode: 'average' | 'max' | 'l2';
  readonly layout: Layout;
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
  /** ONNX ceil_mode: a last window that starts inside counts. */
  readonly ceil: boolean;
  /** ONNX count_include_pad: padding counts in an average. */
  readonly countPadding: boolean;
  readonly activation: Activation;
}

/** Inputs: x. The window is the whole plane; spatial dimensions become 1. */
export interface GlobalPool {
  readonly kind: 'GlobalPool';
  readonly mode: 'average' | 'max' | 'l2';
  readonly layout: Layout;
}

export type PoolingOp = Pool | GlobalPool;
