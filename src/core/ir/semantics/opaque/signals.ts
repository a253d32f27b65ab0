import type { Dim, Shape } from '../../shape';
import type { InferenceContext } from '../definition';
import { normalizeAxis, withDim } from '../dims';
import { attributeNumber } from '../sourceAttributes';
import type { Infer, OpaqueRules } from './rule';
import { scalar } from './rule';

function half(length: Dim): Dim {
  return typeof length === 'number' ? Math.floor(length / 2) + 1 : null;
}

/** The axis was an attribute, 1 unless stated, and is an operand since opset 20, then the one before last. */
function dftAxis(context: InferenceContext, rank: number): number | null {
  const { source } = context.node;
  const stated = context.has(2)
    ? scalar(context, 2)
    : (attributeNumber(context.node, 'axis') ?? (source.version < 20 ? 1 : -2));
  return stated === null ? null : normalizeAxis(stated, rank);
}

type Sides = 'both' | 'half spectrum' | 'back from half';

function sidesOf({ node }: InferenceContext): Sides {
  if (attributeNumber(node, 'onesided') !== 1) return 'both';
  return attributeNumber(node, 'inverse') === 1 ? 'back from half' : 'half spectrum';
}

/** Length of the signal side: the operand's, else as long as the input makes it. */
function signalLength(context: InferenceContext, along: Dim, sides: Sides): Dim {
  if (context.has(1)) return scalar(context, 1);
  return sides === 'back from half' && typeof along === 'number' ? 2 * (along - 1) : along;
}

/** [.., signal, .., 1 or 2]: the last dimension is real and imaginary part. */
const dft: Infer = (context) => {
  const x = context.shape(0);
  if (!x) return [];
  const axis = dftAxis(context, x.length);
  if (axis === null) return [{ shape: x.map(() => null) }];
  const sides = sidesOf(context);
  const length = signalLength(context, x[axis] ?? null, sides);
  const kept = sides === 'half spectrum' ? half(length) : length;
  return [{ shape: withDim(withDim(x, axis, kept), x.length - 1, sides === 'back from half' ? 1 : 2) }];
};

/** Length of a frame: the operand's, the window's, or the whole signal. */
function frameLength(context: InferenceContext, signal: Dim): Dim {
  if (context.has(3)) return scalar(context, 3);
  return context.has(2) ? (context.shape(2)?.[0] ?? null) : signal;
}

function frameCount(length: Dim, frame: Dim, step: number | null): Dim {
  const isKnown = typeof length === 'number' && typeof frame === 'number' && step !== null && step > 0;
  return isKnown ? Math.floor((length - frame) / step) + 1 : null;
}

/** Whole frames of the signal [batch, length, parts], each a transform of its own. */
const stft: Infer = (context) => {
  const [batch, length] = context.shape(0) ?? [];
  if (batch === undefined || length === undefined) return [];
  const frame = frameLength(context, length);
  const bins = attributeNumber(context.node, 'onesided') === 0 ? frame : half(frame);
  return [{ shape: [batch, frameCount(length, frame, scalar(context, 1)), bins, 2] }];
};

const melWeightMatrix: Infer = (context, op) => {
  const shape: Shape = [half(scalar(context, 1)), scalar(context, 0)];
  return [{ shape, dtype: op.output ?? 'float32' }];
};

const taper: Infer = (context, op) => [{ shape: [scalar(context, 0)], dtype: op.output ?? 'float32' }];

/** Operators of spectra. How many products a transform takes depends on the algorithm: its MACs are not known. */
export const signals: OpaqueRules = {
  DFT: { infer: dft, macs: () => null, roles: ['input', 'sizes', 'axes'] },
  STFT: {
    infer: stft,
    macs: () => null,
    roles: ['input', 'sizes', { activation: 'input', constant: 'weights' }, 'sizes'],
  },
  MelWeightMatrix: { infer: melWeightMatrix, roles: ['sizes'] },
  HannWindow: { infer: taper, roles: ['sizes'] },
  HammingWindow: { infer: taper, roles: ['sizes'] },
  BlackmanWindow: { infer: taper, roles: ['sizes'] },
};
