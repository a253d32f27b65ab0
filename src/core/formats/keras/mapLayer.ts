import type { ActivationFunction } from '../../ir/ops/activation';
import type { Op } from '../../ir/ops/op';
import type { KerasLayer } from './kerasConfig';
import { LayerSettings } from './layerSettings';

type LayerMapper = (settings: LayerSettings) => Op | null;

/** Names of `keras.activations`, and of the layers that are nothing else. */
const functions: Readonly<Record<string, ActivationFunction>> = {
  relu: 'relu',
  relu6: 'relu6',
  leaky_relu: 'leakyRelu',
  elu: 'elu',
  selu: 'selu',
  celu: 'celu',
  gelu: 'gelu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softplus: 'softplus',
  softsign: 'softsign',
  mish: 'mish',
  hard_swish: 'hardSwish',
};

function activation(name: string): Op | null {
  if (name === 'softmax') return { kind: 'Softmax', axis: -1, beta: 1, flattened: false };
  if (name === 'linear') return { kind: 'Identity' };
  const fn = Object.hasOwn(functions, name) ? functions[name] : undefined;
  return fn ? { kind: 'Activation', fn } : null;
}

function relu(settings: LayerSettings): Op | null {
  if (settings.number('negative_slope', 0) !== 0 || settings.number('threshold', 0) !== 0) return null;
  const max = settings.number('max_value', Number.POSITIVE_INFINITY);
  if (max === Number.POSITIVE_INFINITY) return { kind: 'Activation', fn: 'relu' };
  return max === 6 ? { kind: 'Activation', fn: 'relu6' } : { kind: 'Activation', fn: 'clip', min: 0, max };
}

function convolution(kind: 'Conv1d' | 'Conv2d' | 'Conv3d'): LayerMapper {
  const rank = Number(kind[4]);
  return (settings) => {
    // Causal padding of one side has no word in our vocabulary.
    if (settings.text('padding') === 'causal') return null;
    return { kind, ...window(settings, rank), groups: settings.number('groups', 1), filterOrder: 'spatialIO' };
  };
}

function window(settings: LayerSettings, rank: number) {
  const ones = Array.from({ length: rank }, () => 1);
  const { layout, padding, activation: fused } = settings;
  return {
    layout,
    strides: settings.numbers('strides', rank, ones),
    dilations: settings.numbers('dilation_rate', rank, ones),
    padding,
    activation: fused,
  };
}

const depthwise: LayerMapper = (settings) => ({
  kind: 'DepthwiseConv2d',
  ...window(settings, 2),
  multiplier: settings.number('depth_multiplier', 1),
  filterOrder: 'spatialIO',
});

function pool(mode: 'average' | 'max', rank: number): LayerMapper {
  return (settings) => {
    const size = settings.numbers(
      'pool_size',
      rank,
      Array.from({ length: rank }, () => 2),
    );
    const { layout, padding } = settings;
    return {
      kind: 'Pool',
      mode,
      layout,
      window: size,
      strides: settings.numbers('strides', rank, size),
      dilations: size.map(() => 1),
      padding,
      ceil: false,
      countPadding: false,
      activation: 'none',
    };
  };
}

function globalPool(fn: 'mean' | 'max', rank: number): LayerMapper {
  return (settings) => {
    const first = settings.layout === 'NHWC' ? 1 : 2;
    const axes = Array.from({ length: rank }, (_, index) => first + index);
    return { kind: 'Reduce', fn, axes, keepDims: settings.flag('keepdims', false) };
  };
}

function binary(kind: 'Add' | 'Sub' | 'Mul' | 'Maximum' | 'Minimum'): LayerMapper {
  return () => ({ kind, activation: 'none' });
}

function zeroPadding(settings: LayerSettings): Op | null {
  // [[top, bottom], [left, right]], [top, left], or one number.
  const one = settings.number('padding', 0);
  const two = settings.numbers('padding', 2, [one, one]);
  const before = [0, two[0] ?? 0, two[1] ?? 0, 0];
  const pairs = settings.pairs('padding');
  if (!pairs) return { kind: 'Pad', mode: 'constant', before, after: before };
  const [rows = [0, 0], columns = [0, 0]] = pairs;
  return { kind: 'Pad', mode: 'constant', before: [0, rows[0], columns[0], 0], after: [0, rows[1], columns[1], 0] };
}

const identity: LayerMapper = () => ({ kind: 'Identity' });

const layers: Readonly<Record<string, LayerMapper>> = {
  Conv1D: convolution('Conv1d'),
  Conv2D: convolution('Conv2d'),
  Conv3D: convolution('Conv3d'),
  DepthwiseConv2D: depthwise,
  Dense: (settings) => ({ kind: 'FullyConnected', weights: 'IO', keepDims: true, activation: settings.activation }),
  MaxPooling1D: pool('max', 1),
  MaxPooling2D: pool('max', 2),
  AveragePooling1D: pool('average', 1),
  AveragePooling2D: pool('average', 2),
  GlobalAveragePooling1D: globalPool('mean', 1),
  GlobalAveragePooling2D: globalPool('mean', 2),
  GlobalMaxPooling1D: globalPool('max', 1),
  GlobalMaxPooling2D: globalPool('max', 2),
  BatchNormalization: (settings) => ({ kind: 'BatchNorm', epsilon: settings.number('epsilon', 1e-3) }),
  Activation: (settings) => activation(settings.functionName('activation')),
  ReLU: relu,
  LeakyReLU: (settings) => {
    const alpha = settings.number('negative_slope', settings.number('alpha', 0.3));
    return { kind: 'Activation', fn: 'leakyRelu', alpha };
  },
  ELU: (settings) => ({ kind: 'Activation', fn: 'elu', alpha: settings.number('alpha', 1) }),
  PReLU: () => ({ kind: 'Activation', fn: 'prelu' }),
  Softmax: (settings) => ({ kind: 'Softmax', axis: settings.number('axis', -1), beta: 1, flattened: false }),
  Add: binary('Add'),
  Subtract: binary('Sub'),
  Multiply: binary('Mul'),
  Maximum: binary('Maximum'),
  Minimum: binary('Minimum'),
  Concatenate: (settings) => ({ kind: 'Concat', axis: settings.number('axis', -1), activation: 'none' }),
  Flatten: (settings) => (settings.layout === 'NHWC' ? { kind: 'Flatten', axis: 1 } : null),
  Reshape: (settings) => {
    const target = settings.list('target_shape');
    return target && { kind: 'Reshape', shape: [0, ...target], zeroCopies: true };
  },
  Permute: (settings) => {
    const dims = settings.list('dims');
    return dims && { kind: 'Transpose', permutation: [0, ...dims] };
  },
  ZeroPadding2D: (settings) => (settings.layout === 'NHWC' ? zeroPadding(settings) : null),
  Dropout: identity,
  SpatialDropout1D: identity,
  SpatialDropout2D: identity,
  AlphaDropout: identity,
  GaussianNoise: identity,
  GaussianDropout: identity,
  ActivityRegularization: identity,
};

/** A layer in our vocabulary; Opaque for what is outside it. */
export function mapLayer(layer: KerasLayer): Op {
  const mapper = Object.hasOwn(layers, layer.className) ? layers[layer.className] : undefined;
  return mapper?.(new LayerSettings(layer.config)) ?? { kind: 'Opaque', bodies: [] };
}
