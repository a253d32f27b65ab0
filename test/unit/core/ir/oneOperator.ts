import { OnnxBuilder, type NodeAttributes } from '../../../../src/core/formats/onnx/onnxBuilder';
import { readModel } from '../../../../src/core/formats/readModel';
import type { DType } from '../../../../src/core/ir/dtype';
import { inferShapes } from '../../../../src/core/ir/inferShapes';
import { mainGraph, type Model } from '../../../../src/core/ir/model';
import type { Shape } from '../../../../src/core/ir/shape';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';
import { int64Bytes } from '../../../fixtures/onnxModels';

/** A shape of float32, another type with a shape, constant int64 elements, or an operand left out. */
export type Operand =
  Shape | { readonly dtype: DType; readonly shape: Shape } | { readonly values: readonly number[] } | null;

/** A file of one ONNX operator, whose results are not said to be anything. */
export interface Case {
  readonly op: string;
  readonly inputs: readonly Operand[];
  readonly attributes?: NodeAttributes;
  readonly opset?: number;
  readonly outputs?: number;
}

function isShape(operand: NonNullable<Operand>): operand is Shape {
  return Array.isArray(operand);
}

/** The file read, its shapes inferred. */
export function modelOf({ op, inputs, attributes = {}, opset = 20, outputs = 1 }: Case): Model {
  const builder = new OnnxBuilder({ opset });
  const names = inputs.map((operand, at) => {
    const name = `in${at}`;
    if (operand === null) return '';
    // A list has a method of the name "values".
    if (isShape(operand)) builder.input(name, 'float32', operand);
    else if ('values' in operand)
      builder.initializer(name, 'int64', [operand.values.length], int64Bytes(operand.values));
    else builder.input(name, operand.dtype, operand.shape);
    return name;
  });
  const results = Array.from({ length: outputs }, (_, at) => `out${at}`);
  builder.node(op, names, results, attributes);
  // What an output is, is not said.
  for (const name of results) builder.output(name, 'unknown', null);
  return inferShapes(readModel(new MemoryByteSource(builder.build(), 'one.onnx')));
}

/** Types and shapes of the results, `float32 [2,?]`. */
export function results(one: Case): readonly string[] {
  const graph = mainGraph(modelOf(one));
  return graph.outputs.map((id) => {
    const { dtype, shape } = graph.tensors[id]!;
    return `${dtype} ${shape ? `[${shape.map((dim) => dim ?? '?').join()}]` : '?'}`;
  });
}
