import type { MapperTable } from './mapper';
import { activationOf, numberOf } from './mapper';

/** What the kernels of LiteRT and TFLM add before the square root; the file does not say it. */
const l2Epsilon = 1e-6;

export const normalizationMappers: MapperTable = {
  L2_NORMALIZATION: (operator) =>
    activationOf(operator) === 'none' ? { kind: 'L2Normalize', epsilon: l2Epsilon, axis: -1 } : null,
  LOCAL_RESPONSE_NORMALIZATION: (operator) => ({ kind: 'Lrn', epsilon: numberOf(operator, 'bias'), axis: -1 }),
};
