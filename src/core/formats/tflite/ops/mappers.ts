import type { Op } from '../../../ir/ops/op';
import { activationMappers } from './activation';
import { controlMappers } from './control';
import { convolutionMappers } from './convolution';
import { denseMappers } from './dense';
import { elementwiseMappers } from './elementwise';
import type { MapperTable, OperatorView } from './mapper';
import { normalizationMappers } from './normalization';
import { poolingMappers } from './pooling';
import { rearrangeMappers } from './rearrange';
import { recurrentMappers } from './recurrent';
import { reductionMappers } from './reduction';
import { slicingMappers } from './slicing';

const mappers = new Map(
  [
    convolutionMappers,
    poolingMappers,
    denseMappers,
    elementwiseMappers,
    activationMappers,
    rearrangeMappers,
    slicingMappers,
    reductionMappers,
    normalizationMappers,
    recurrentMappers,
    controlMappers,
  ].flatMap((table: MapperTable) => Object.entries(table)),
);

/** A builtin operator in the IR's vocabulary; Opaque when it has none there. */
export function mapOperator(builtin: string, operator: OperatorView): Op {
  return mappers.get(builtin)?.(operator) ?? { kind: 'Opaque', bodies: [] };
}

/** Which graphs of the model an operator calls. */
export function bodiesOf(op: Op): readonly number[] {
  return 'bodies' in op ? op.bodies : [];
}
