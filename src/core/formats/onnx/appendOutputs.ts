import type { DType } from '../../ir/dtype';
import type { Shape } from '../../ir/shape';
import type { ByteSource } from '../../ports/byteSource';
import { encodeValueInfo } from './onnxBuilder';
import { ATTRIBUTE, FUNCTION, GRAPH, MODEL, NODE, SPARSE_TENSOR, TENSOR } from './onnxFields';
import { Parse } from './parse';
import { parseTensor } from './parseTensor';
import { parseValueInfo } from './parseType';
import { ByteWindow } from './protobuf/byteWindow';
import { ProtoCursor } from './protobuf/protoCursor';
import type { ProtoWriter } from './protobuf/protoWriter';
import { TensorConstant } from './tensorConstant';
import { rewritten } from './write/fields';

/** A value between nodes that is to become an output of the graph. */
export interface ExtraOutput {
  readonly name: string;
  readonly dtype: DType;
  /** Left out: any shape. */
  readonly shape?: Shape | null;
}

/**
 * The file with more graph outputs, so that a run shows every intermediate value. Weights are copied once, not decoded;
 * names that are outputs already are passed over. External data is taken into the file, because whoever runs the
 * result has its bytes only. Throws ModelError when the file is damaged, when external data cannot be read, or above
 * 2 GiB.
 */
export function appendOutputs(source: ByteSource, outputs: readonly ExtraOutput[]): Uint8Array {
  const parse = new Parse(source);
  const model = new ProtoCursor(new ByteWindow(source), 0, source.size);
  return rewritten(model, (field, to) => {
    if (field.field === MODEL.graph) {
      const graph = withExternalData(parse, field.message(), INLINED.graph);
      const known = outputNames(parse, field.message());
      for (const { name, dtype, shape = null } of outputs) {
        if (known.has(name)) continue;
        known.add(name);
        graph.message(GRAPH.output, encodeValueInfo(name, dtype, shape));
      }
      to.message(MODEL.graph, graph);
      return true;
    }
    return inlineMessage(parse, field, to, { [MODEL.functions]: 'function' });
  }).finish();
}

/** Messages that lead to tensors, by field number: what each of them is. */
type Inlined = Readonly<Record<number, keyof typeof INLINED | 'tensor'>>;

const INLINED = {
  graph: { [GRAPH.node]: 'node', [GRAPH.initializer]: 'tensor', [GRAPH.sparseInitializer]: 'sparse' },
  function: { [FUNCTION.node]: 'node' },
  node: { [NODE.attribute]: 'attribute' },
  attribute: {
    [ATTRIBUTE.t]: 'tensor',
    [ATTRIBUTE.g]: 'graph',
    [ATTRIBUTE.sparseTensor]: 'sparse',
    [ATTRIBUTE.tensors]: 'tensor',
    [ATTRIBUTE.graphs]: 'graph',
    [ATTRIBUTE.sparseTensors]: 'sparse',
  },
  sparse: { [SPARSE_TENSOR.values]: 'tensor', [SPARSE_TENSOR.indices]: 'tensor' },
} as const;

/** Recursion ends with the cursor's limit on nested messages. */
function withExternalData(parse: Parse, message: ProtoCursor, inner: Inlined): ProtoWriter {
  return rewritten(message, (field, to) => inlineMessage(parse, field, to, inner));
}

function inlineMessage(parse: Parse, field: ProtoCursor, to: ProtoWriter, inner: Inlined): boolean {
  const kind = inner[field.field];
  if (kind === undefined) return false;
  if (kind !== 'tensor') {
    to.message(field.field, withExternalData(parse, field.message(), INLINED[kind]));
    return true;
  }
  const record = parseTensor(parse, field);
  if (!record.external) return false;
  const tensor = rewritten(
    field.message(),
    (part) => part.field === TENSOR.externalData || part.field === TENSOR.dataLocation,
  );
  to.message(field.field, tensor.lazyBytes(TENSOR.rawData, new TensorConstant(record)));
  return true;
}

function outputNames(parse: Parse, graph: ProtoCursor): Set<string> {
  const names = new Set<string>();
  while (graph.next()) {
    if (graph.field === GRAPH.output) names.add(parseValueInfo(parse, graph.message()).name);
  }
  return names;
}
