import { ModelError } from '../../ir/errors';
import type { Model } from '../../ir/model';
import { mainGraph } from '../../ir/model';
import { encodeOpset } from './onnxBuilder';
import { MODEL } from './onnxFields';
import { parseOpset } from './parseModel';
import { ProtoWriter } from './protobuf/protoWriter';
import { encodeFunction, encodeGraph } from './write/encodeGraph';
import { copyField, cursorOf, rangeOf } from './write/fields';
import { opsetFor } from './write/raiseOpset';
import { Writing } from './write/writing';

/** IR version that opset 13 came with (onnx docs/Versioning.md). */
const IR_VERSION_OF_OPSET_13 = 7;

/** IR version of files that come without one of their own. */
const DEFAULT_IR_VERSION = 8;

/**
 * A model of the IR as an ONNX file. Nodes are written from their `source` (op, domain, name, attributes) with inputs
 * and outputs of the IR; what the IR does not model comes from the `raw` records the reader left, so it survives.
 * Constants become initializers; external data is taken into the file.
 *
 * How quantization is said in the IR, and what becomes of it:
 * - An activation with an integer dtype and a quantization: its producer computes floats into `<name>_float`, a
 *   QuantizeLinear makes `<name>` of it, and a DequantizeLinear gives `<name>_dequantized` to every float consumer.
 * - A constant with an integer dtype and a quantization (weights, per tensor or along `axis`; biases int32 with
 *   scale = input scale * weight scale): a DequantizeLinear in front of its consumers.
 * - A float32 tensor with a quantization keeps its float32 name and type and is rounded to the grid: producer ->
 *   QuantizeLinear -> DequantizeLinear -> tensor, or for a graph input: input -> QuantizeLinear -> DequantizeLinear ->
 *   consumers. The integers in between are int8, or uint8 when a zero point is above 127. So an int8 network with
 *   float inputs and outputs is a model whose graph inputs and outputs are float32 with a quantization and whose other
 *   activations are int8; explicit `Quantize` and `Dequantize` nodes with one input mean the same.
 * - A graph input or output with an integer dtype and a quantization is an integer input or output of the file.
 * - Nodes with `source.integer` get no such nodes around them.
 *
 * Per-axis parameters need opset 13: `opsetFor` says when an older file is raised to it, when ONNX Runtime's
 * com.microsoft operators are taken instead (also for integer types that the opset lacks), and when it is refused.
 *
 * Throws ModelError `unsupported-operator` for a model that was not read from ONNX or whose opset is too
 * old for quantization, `unsupported-dtype` for a constant
 * ONNX has no type for, `missing-external-data` when weights cannot be read, `too-large` above 2 GiB.
 */
export function writeOnnx(model: Model): Uint8Array {
  if (model.format !== 'onnx') {
    throw new ModelError('unsupported-operator', 'Only models that were read from ONNX can be written as ONNX.');
  }
  const writing = new Writing(model, opsetFor(model));
  const graph = encodeGraph(writing, mainGraph(model));
  const functions = model.graphs.flatMap((each) => {
    const range = rangeOf(each.raw, 'FunctionProto');
    return range ? [encodeFunction(writing, each, range)] : [];
  });
  const to = new ProtoWriter();
  copyHeader(to, writing);
  to.message(MODEL.graph, graph);
  writeOpsets(to, writing);
  for (const each of functions) to.message(MODEL.functions, each);
  return to.finish();
}

function copyHeader(to: ProtoWriter, writing: Writing): void {
  const { model } = writing;
  const range = rangeOf(model.raw, 'ModelProto');
  if (!range) {
    to.varint(MODEL.irVersion, DEFAULT_IR_VERSION).text(MODEL.producerName, model.producer);
    return;
  }
  const isRaised = writing.opset !== (model.opsets[''] ?? 0);
  for (const cursor = cursorOf(range); cursor.next();) {
    if (cursor.field === MODEL.irVersion) {
      to.varint(MODEL.irVersion, isRaised ? Math.max(cursor.number(), IR_VERSION_OF_OPSET_13) : cursor.int());
    } else if (cursor.field !== MODEL.graph && cursor.field !== MODEL.functions && cursor.field !== MODEL.opsetImport) {
      copyField(to, cursor);
    }
  }
}

/** The file's own records where they still hold, then those it lacks. */
function writeOpsets(to: ProtoWriter, writing: Writing): void {
  const opsets = opsetsOf(writing);
  const range = rangeOf(writing.model.raw, 'ModelProto');
  if (range) {
    for (const cursor = cursorOf(range); cursor.next();) {
      if (cursor.field !== MODEL.opsetImport) continue;
      const { domain, version } = parseOpset(cursor.message());
      if (opsets.get(domain) !== version) continue;
      copyField(to, cursor);
      opsets.delete(domain);
    }
  }
  for (const [domain, version] of opsets) to.message(MODEL.opsetImport, encodeOpset(domain, version));
}

function opsetsOf(writing: Writing): Map<string, number> {
  const opsets = new Map(Object.entries(writing.model.opsets));
  if (opsets.has('')) opsets.set('', writing.opset);
  if (writing.usesMicrosoftDomain && !opsets.has('com.microsoft')) opsets.set('com.microsoft', 1);
  return opsets;
}
