import { isFloat } from '../../../ir/dtype';
import { ModelError } from '../../../ir/errors';
import type { Graph, Node } from '../../../ir/graph';
import { inferShapes } from '../../../ir/inferShapes';
import { mainGraph, type Model } from '../../../ir/model';
import type { OpKind } from '../../../ir/ops/op';
import { formatShape, type Shape } from '../../../ir/shape';
import type { Tensor, TensorId } from '../../../ir/tensor';
import { OnnxBuilder } from '../../../formats/onnx/onnxBuilder';
import { preparedGraph } from '../../fold/prepare';
import { TO_NCHW } from '../../lower/constantLayout';
import { inlineComposites } from '../../lower/inlineComposites';
import { LowerContext, versionsFor, type ValueLayout } from '../../lower/lowerContext';
import { loweringOf, lowerNode } from '../../lower/lowerings';
import { bindInputs, type ShapeBindings } from '../../run/bindInputs';
import { unsupportedError, type Unsupported } from '../refusal';
import type { ConvertedModel } from '../toTflite/toTflite';
import { RecordedGraph } from './recordedGraph';
import { StatePorts, startValues, type StatePort } from './statePorts';

export interface ToOnnxOptions {
  /**
   * `file` (the default): inputs and outputs keep their shapes, with one transposition at the border. `native`: those of
   * four dimensions become NCHW.
   */
  readonly layout?: 'file' | 'native';
  /** Free dimensions of the inputs; without any, a free batch stays free where it can, and the others are 1. */
  readonly bindings?: ShapeBindings;
}

/**
 * A TFLite model as an ONNX file of the same results, opset 17: NCHW inside, names of tensors kept, quantized tensors in
 * the QDQ form with integer inputs and outputs where the file has them, float16 weights as float16. A free batch stays
 * free (`batch`) where every operator lets it.
 *
 * Throws ModelError `unsupported-operator` with every node that cannot be converted in `details`, `unsupported-dtype`
 * for an input or output type that has no ONNX form, and what reading the weights throws.
 */
export function toOnnx(file: Model, options: ToOnnxOptions = {}): ConvertedModel {
  const model = inlineComposites(file);
  const stated = mainGraph(model);
  const bound = options.bindings ? bindInputs(model, options.bindings) : inferShapes(model);
  const graph = preparedGraph(bound, 'kept');
  const recorded = new RecordedGraph();
  const context = new LowerContext(recorded, graph);
  context.freeBatch = !options.bindings && batchIsFree(stated, graph);
  const conversion = new OnnxConversion(context, recorded, options.layout ?? 'file');
  const states = new StatePorts(context, recorded, startValues(model));
  context.states = states;
  graph.inputs.forEach((id) => conversion.input(id));
  const unsupported = conversion.nodes();
  if (unsupported.length > 0) throw unsupportedError(unsupported, 'ONNX');
  graph.outputs.forEach((id) => conversion.output(id));
  const kept = states.finish();
  const builder = new OnnxBuilder({ ...versionsFor(graph), graphName: graph.name || 'main' });
  recorded.writeTo(builder, context.titles);
  return { bytes: builder.build(), notes: [...notesOf(stated, context), ...stateNotes(graph, kept)], states: kept };
}

function notesOf(stated: Graph, context: LowerContext): readonly string[] {
  const free = stated.inputs.filter((id) => stated.tensors[id]!.shape?.some((dim) => typeof dim !== 'number'));
  if (context.freeBatch || free.length === 0) return [];
  return free.map((id) => {
    const { name, shape } = stated.tensors[id]!;
    return `The free dimensions of ${name} (${formatShape(shape)}) are fixed at ${formatShape(context.shape(id))}.`;
  });
}

function stateNotes({ nodes }: Graph, states: readonly StatePort[]): readonly string[] {
  const isSequence = nodes.some(({ op }) => op.kind === 'Lstm' || op.kind === 'Rnn') && states.length === 0;
  const fed = states.map(
    ({ input, output }) => `The state ${input} is an input now and ${output} an output: feed one from the other.`,
  );
  return isSequence
    ? ['A recurrent layer starts each run from zero in the ONNX file; TFLite keeps its state until it is reset.']
    : fed;
}

/** Operators that do to each sample of a batch what they do to one. */
const BY_SAMPLE: ReadonlySet<OpKind> = new Set<OpKind>([
  'Conv2d',
  'DepthwiseConv2d',
  'Pool',
  'GlobalPool',
  'Activation',
  'Softmax',
  'LogSoftmax',
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Minimum',
  'Maximum',
  'Unary',
  'Pad',
  'Quantize',
  'Dequantize',
  'FullyConnected',
  'Identity',
]);

/** Further than any dimension is long: a slice that ends there takes all of it, however long it is. */
const TO_END = 2 ** 31 - 1;

/** Whether an operator that is not in `BY_SAMPLE` leaves the first dimension as it is; shapes are looked at elsewhere. */
function keepsBatch({ op }: Node): boolean {
  switch (op.kind) {
    case 'Reduce':
      return op.axes?.every((axis) => axis !== 0 && axis !== -4) ?? false;
    case 'Concat':
    case 'Split':
      return op.axis !== 0;
    case 'Transpose':
      return op.permutation?.[0] === 0;
    case 'Slice': {
      const isWhole = (axis: number, i: number): boolean =>
        axis !== 0 || (op.begin?.[i] === 0 && op.end?.[i] === TO_END && op.strides?.[i] === 1);
      return op.shrink.length === 0 && (op.axes?.every(isWhole) ?? false);
    }
    default:
      return BY_SAMPLE.has(op.kind);
  }
}

/** The first dimension of every input is free in the file, and nothing on the way fixes it. */
function batchIsFree(stated: Graph, graph: Graph): boolean {
  const free = stated.inputs.map((id) => stated.tensors[id]!.shape);
  if (free.length === 0 || !free.every((shape) => shape?.[0] === null)) return false;
  if (free.some((shape) => shape!.slice(1).some((dim) => typeof dim !== 'number'))) return false;
  const firstOf = (id: TensorId | null | undefined) => graph.tensors[id ?? -1]?.shape?.[0];
  return graph.nodes.every((node) => {
    const { op, inputs, outputs } = node;
    if (outputs.some((id) => firstOf(id) !== 1)) return false;
    if (op.kind === 'Reshape' || op.kind === 'Squeeze') return firstOf(inputs[0]) === 1;
    if (op.kind === 'FullyConnected') return (graph.tensors[outputs[0]!]!.shape?.length ?? 0) === 2;
    return keepsBatch(node);
  });
}

const PORT_TYPES: readonly string[] = ['float32', 'float16', 'int64', 'int32', 'int16', 'int8', 'uint8', 'bool'];

/** Operators of compilers: the model as it was before is what converts. */
const COMPILED = /^(ethos-u|DISPATCH_OP|MTKEXT_|edgetpu-custom-op)/;

/** Why an operator is none of ONNX's, and what helps. */
function whyNoForm({ op, source }: Node): [reason: string, fix: string | null] {
  if (COMPILED.test(source.op)) return ['it is code for one accelerator', 'convert the model from before its compiler'];
  if (source.op.startsWith('Flex'))
    return ['it is an operator of TensorFlow itself', 'export the model without Flex operators'];
  if (source.op.startsWith('Signal'))
    return ["it is one of TFLM's signal operators", 'convert the network behind the preprocessing alone'];
  if (source.domain === 'custom') return ['it is a custom operator, whose meaning is not in the file', null];
  if (source.op === 'STABLEHLO_COMPOSITE')
    return ['it is a composite without a decomposition in the file', 'export the model with composites inlined'];
  if (source.op === 'DENSIFY') return ['its weights are stored sparse', 'export the model with dense weights'];
  if ('bodies' in op && op.bodies.length > 0) return ['its result comes from another graph of the file', null];
  return ['ONNX has no such operator', null];
}

class OnnxConversion {
  readonly #context: LowerContext;
  readonly #recorded: RecordedGraph;
  readonly #layout: 'file' | 'native';

  constructor(context: LowerContext, recorded: RecordedGraph, layout: 'file' | 'native') {
    this.#context = context;
    this.#recorded = recorded;
    this.#layout = layout;
  }

  input(id: TensorId): void {
    const tensor = this.#context.tensor(id);
    const { layout, shape } = this.#port(id);
    const name = portName(tensor);
    this.#recorded.input(name, tensor.dtype, shape);
    const value = isQuantizedPort(tensor) ? this.#context.dequantized(id, name) : name;
    this.#context.alias(id, value, layout);
  }

  output(id: TensorId): void {
    const context = this.#context;
    const tensor = context.tensor(id);
    const { layout, shape } = this.#port(id);
    const real = context.value(id, layout);
    const stored = isQuantizedPort(tensor) ? (context.integersOf(real) ?? context.quantized(id, real)) : real;
    // A name of its own, whatever else reads the value.
    this.#recorded.node('Identity', [stored], [portName(tensor)]);
    this.#recorded.output(portName(tensor), tensor.dtype, shape);
  }

  /** Every node; those that cannot be converted, with the reason. */
  nodes(): readonly Unsupported[] {
    const unsupported: Unsupported[] = [];
    const lost = new Set<TensorId>();
    for (const node of this.#context.graph.nodes) {
      const isLost = node.inputs.some((id) => id !== null && lost.has(id));
      const refused = isLost && loweringOf(node) ? null : this.#refusal(node);
      if (refused) unsupported.push(refused);
      if (refused || isLost) node.outputs.forEach((id) => lost.add(id));
      else this.#title(node);
    }
    return unsupported;
  }

  #refusal(node: Node): Unsupported | null {
    const name = this.#context.graph.tensors[node.outputs[0] ?? -1]?.name ?? '';
    const refuse = (reason: string, fix: string | null = null): Unsupported => ({
      node: node.source.index,
      op: node.source.op,
      name,
      reason,
      fix,
    });
    if (loweringOf(node) === null) return refuse(...whyNoForm(node));
    try {
      lowerNode(this.#context, node);
      return null;
    } catch (error) {
      const isRefusal =
        error instanceof ModelError &&
        (error.reason === 'unsupported-operator' ||
          error.reason === 'unsupported-dtype' ||
          error.reason === 'dynamic-shape');
      if (!isRefusal) throw error;
      return refuse(error.message.replace(/\.$/, ''));
    }
  }

  /** Values are called what their tensors are called; the float before a rounding gets a name of its own. */
  #title(node: Node): void {
    for (const id of node.outputs) {
      const value = this.#context.observed(id);
      if (!value) continue;
      const { name } = this.#context.tensor(id);
      const integers = this.#context.integersOf(value.name);
      this.#context.titles.set(value.name, integers === null ? name : `${name}_dequantized`);
      if (integers !== null) this.#context.titles.set(integers, name);
    }
  }

  #port(id: TensorId): { readonly layout: ValueLayout; readonly shape: Shape } {
    const { name, dtype } = this.#context.tensor(id);
    if (!PORT_TYPES.includes(dtype)) {
      throw new ModelError('unsupported-dtype', `${name} is ${dtype}, which has no form in the ONNX file.`);
    }
    const shape = this.#context.shape(id);
    const layout = this.#layout === 'native' && shape.length === 4 ? 'NCHW' : 'file';
    const laidOut: Shape = layout === 'NCHW' ? TO_NCHW.map((axis) => shape[axis]!) : shape;
    return { layout, shape: this.#context.freeBatch ? ['batch', ...laidOut.slice(1)] : laidOut };
  }
}

/** TFLite's ports need no name, and ONNX's do. */
function portName({ id, name }: Tensor): string {
  return name || `tensor_${id}`;
}

function isQuantizedPort({ dtype, quantization }: Tensor): boolean {
  return (
    !isFloat(dtype) &&
    quantization !== null &&
    quantization.scales.length > 0 &&
    (dtype === 'int8' || dtype === 'uint8' || dtype === 'int16' || dtype === 'int32')
  );
}
