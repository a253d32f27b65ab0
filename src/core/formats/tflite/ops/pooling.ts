import type { Pool } from '../../../ir/ops/pooling';
import type { MapperTable, OperatorMapper } from './mapper';
import { activationOf, numberOf, paddingOf } from './mapper';

function pool(mode: Pool['mode']): OperatorMapper {
  return (operator) => {
    const padding = paddingOf(operator);
    const activation = activationOf(operator);
    if (!padding || !activation) return null;
    return {
      kind: 'Pool',
      mode,
      layout: 'NHWC',
      window: [numberOf(operator, 'filter_height', 1), numberOf(operator, 'filter_width', 1)],
      strides: [numberOf(operator, 'stride_h', 1), numberOf(operator, 'stride_w', 1)],
      dilations: [1, 1],
      padding,
      ceil: false,
      countPadding: false,
      activation,
    };
  };
}

export const poolingMappers: MapperTable = {
  AVERAGE_POOL_2D: pool('average'),
  MAX_POOL_2D: pool('max'),
  L2_POOL_2D: pool('l2'),
};
