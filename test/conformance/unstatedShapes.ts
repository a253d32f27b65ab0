import { ATTRIBUTE, FUNCTION, GRAPH, MODEL, NODE, VALUE_INFO } from '../../src/core/formats/onnx/onnxFields';
import { ByteWindow } from '../../src/core/formats/onnx/protobuf/byteWindow';
import { ProtoCursor } from '../../src/core/formats/onnx/protobuf/protoCursor';
import { ProtoWriter } from '../../src/core/formats/onnx/protobuf/protoWriter';
import { copyField, rewritten } from '../../src/core/formats/onnx/write/fields';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';

/**
 * The file without types and shapes of anything but inputs and constants: outputs of graphs and bodies keep their names
 * only, values between nodes are not spoken of. Whoever reads it has to infer all of them.
 */
export function withoutStatedShapes(onnx: Uint8Array): Uint8Array {
  const model = new ProtoCursor(new ByteWindow(new MemoryByteSource(onnx, 'model')), 0, onnx.length);
  return rewritten(model, (field, to) => {
    if (field.field === MODEL.graph) to.message(MODEL.graph, graph(field.message()));
    else if (field.field === MODEL.functions) to.message(MODEL.functions, functionBody(field.message()));
    else return false;
    return true;
  }).finish();
}

function graph(message: ProtoCursor): ProtoWriter {
  return rewritten(message, (field, to) => {
    if (field.field === GRAPH.valueInfo) return true;
    if (field.field === GRAPH.output) to.message(GRAPH.output, nameOnly(field.message()));
    else if (field.field === GRAPH.node) to.message(GRAPH.node, node(field.message()));
    else return false;
    return true;
  });
}

function functionBody(message: ProtoCursor): ProtoWriter {
  return rewritten(message, (field, to) => {
    if (field.field === FUNCTION.valueInfo) return true;
    if (field.field !== FUNCTION.node) return false;
    to.message(FUNCTION.node, node(field.message()));
    return true;
  });
}

function nameOnly(message: ProtoCursor): ProtoWriter {
  const to = new ProtoWriter();
  while (message.next()) if (message.field === VALUE_INFO.name) copyField(to, message);
  return to;
}

function node(message: ProtoCursor): ProtoWriter {
  return rewritten(message, (field, to) => {
    if (field.field !== NODE.attribute) return false;
    const attribute = rewritten(field.message(), (part, into) => {
      if (part.field !== ATTRIBUTE.g && part.field !== ATTRIBUTE.graphs) return false;
      into.message(part.field, graph(part.message()));
      return true;
    });
    to.message(NODE.attribute, attribute);
    return true;
  });
}
