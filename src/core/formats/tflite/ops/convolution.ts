import type { MapperTable, OperatorView } from './mapper';
import { activationOf, extentOf, numberOf, paddingOf } from './mapper';

/** What all convolutions share; null when the file uses a padding or activation that is newer than the schema. */
function common(operator: OperatorView, axes: readonly string[]) {
  const padding = paddingOf(operator);
  const activation = activationOf(operator);
  if (!padding || !activation) return null;
  return {
    layout: 'NHWC' as const,
    strides: axes.map((axis) => numberOf(operator, `stride_${axis}`, 1)),
    dilations: axes.map((axis) => numberOf(operator, `dilation_${axis}_factor`, 1)),
    padding,
    activation,
  };
}

/** Input channels over the channels a filter sees; 1 unless both are known and divide. */
function groupsOf(operator: OperatorView): number {
  const channels = extentOf(operator.inputs[0], -1);
  const seen = extentOf(operator.inputs[1], -1);
  return channels && seen && channels % seen === 0 ? channels / seen : 1;
}

/** TFLite takes the multiplier from the shapes; the attribute may be 0 in files of some converters. */
function multiplierOf(operator: OperatorView): number {
  const channels = extentOf(operator.inputs[0], -1);
  const filters = extentOf(operator.inputs[1], -1);
  if (channels && filters && filters % channels === 0) return filters / channels;
  return numberOf(operator, 'depth_multiplier', 1);
}

export const convolutionMappers: MapperTable = {
  CONV_2D: (operator) => {
    const attributes = common(operator, ['h', 'w']);
    return attributes && { kind: 'Conv2d', ...attributes, groups: groupsOf(operator) };
  },
  DEPTHWISE_CONV_2D: (operator) => {
    const attributes = common(operator, ['h', 'w']);
    return attributes && { kind: 'DepthwiseConv2d', ...attributes, multiplier: multiplierOf(operator) };
  },
  /** The operands are put into the IR's order by `irInputs`. */
  TRANSPOSE_CONV: (operator) => {
    const attributes = common(operator, ['h', 'w']);
    return attributes && { kind: 'TransposeConv2d', ...attributes, groups: 1, outputPadding: [0, 0] };
  },
};
