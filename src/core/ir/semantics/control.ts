import type { DType } from '../dtype';
import type { Control, Requantize, Variable } from '../ops/control';
import type { Definitions, InferenceContext, OpDefinition, Role } from './definition';
import { inferOpaque, opaqueMacs, opaqueRoles } from './opaque';

/** Shapes and MACs of control flow come from its bodies: see inferShapes.ts and macs.ts. */
const control: OpDefinition<Control> = { infer: () => [], macs: () => null };

const variable: OpDefinition<Variable> = {
  infer: () => [],
  detail: (op) => op.resource,
};

const requantizeRoles: readonly Role[] = ['input', 'quantization', 'zero point'];

/** ONNX: the zero point's type, else what an attribute names, else uint8. A TFLite file states it. */
function quantizedType(op: Requantize, context: InferenceContext): DType {
  if (context.has(2)) return context.dtype(2) ?? 'unknown';
  return op.output ?? (context.has(1) ? 'uint8' : 'unknown');
}

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
    infer: (op, context) => [{ shape: context.shape(0), dtype: quantizedType(op, context) }],
    roles: () => requantizeRoles,
    carries: 0,
  },
  Dequantize: {
    infer: (op, context) => [{ shape: context.shape(0), dtype: op.output ?? context.dtype(1) ?? 'float32' }],
    roles: () => requantizeRoles,
    carries: 0,
  },
  Opaque: { infer: inferOpaque, macs: opaqueMacs, roles: opaqueRoles },
};
