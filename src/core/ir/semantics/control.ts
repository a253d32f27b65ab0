import type { Control, Variable } from '../ops/control';
import type { Definitions, OpDefinition, Role } from './definition';
import { inferOpaque, opaqueMacs } from './opaque';

/** Shapes and MACs of control flow come from its bodies: see inferShapes.ts and macs.ts. */
const control: OpDefinition<Control> = { infer: () => [], macs: () => null };

const variable: OpDefinition<Variable> = {
  infer: () => [],
  detail: (op) => op.resource,
};

const requantizeRoles: readonly Role[] = ['input', 'sizes', 'zero point'];

export const controlFlow: Definitions<Control['kind'] | Variable['kind'] | 'Quantize' | 'Dequantize' | 'Opaque'> = {
  If: control,
  While: control,
  Loop: control,
  Scan: control,
  Call: control,
  CallOnce: control,
  VarHandle: variable,
  ReadVariable: variable,
  AssignVariable: { ...variable, roles: () => ['state', 'input'] },
  Quantize: {
    infer: (_op, context) => [{ shape: context.shape(0), dtype: 'unknown' }],
    roles: () => requantizeRoles,
    carries: 0,
  },
  Dequantize: {
    infer: (_op, context) => [{ shape: context.shape(0), dtype: 'float32' }],
    roles: () => requantizeRoles,
    carries: 0,
  },
  Opaque: { infer: inferOpaque, macs: opaqueMacs, roles: () => [{ activation: 'input', constant: 'weights' }] },
};
