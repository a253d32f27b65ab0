/** Where the channels stand. Spatial operators carry it; tensors keep the layout of their file. */
export type Layout = 'NHWC' | 'NCHW';

/** An activation fused into an operator (TFLite ActivationFunctionType). */
export type Activation = 'none' | 'relu' | 'reluN1To1' | 'relu6' | 'tanh' | 'signBit';

/** How a window is placed at the edges. `same` puts the odd element after (upper) or before (lower). */
export type Padding =
  | { readonly kind: 'valid' }
  | { readonly kind: 'same'; readonly odd: 'upper' | 'lower' }
  | { readonly kind: 'explicit'; readonly begin: readonly number[]; readonly end: readonly number[] };
