import type { EditorState } from '../../../src/protocol/modelEditor';
import type { LayersView } from '../../../src/protocol/views';
import { formatBinary, formatCount } from '../../shared/formatNumber';
import { heatStep, largestOf, TENSOR_POWER } from '../../shared/heatRamp';

/** One figure an operator, as a heat step to colour it and a text to print on it. */
export interface Overlay {
  readonly largest: number;
  readonly format: (value: number) => string;
  /** Heat step by operator; -1 where the figure is not known. */
  readonly steps: Int8Array;
  readonly values: Float64Array;
}

export const OVERLAY_NAMES: readonly (readonly [EditorState['overlay'], string])[] = [
  ['none', 'None'],
  ['macs', 'MACs'],
  ['memory', 'Memory'],
  ['weights', 'Weights'],
];

/** The colouring of operators by MACs, bytes of their outputs or bytes of their weights. */
export function overlayOf(layers: LayersView, kind: EditorState['overlay']): Overlay | null {
  if (kind === 'none') return null;
  const values = { macs: layers.macs, memory: layers.outputBytes, weights: layers.weightBytes }[kind];
  const largest = largestOf(values);
  const steps = new Int8Array(values.length);
  for (let i = 0; i < values.length; i += 1) steps[i] = heatStep(values[i]!, largest, TENSOR_POWER);
  return { largest, format: kind === 'macs' ? formatCount : formatBinary, steps, values };
}
