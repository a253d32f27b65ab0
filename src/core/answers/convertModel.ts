import { readModel } from '../formats/readModel';
import { mainGraph, type Model, type ModelFormat } from '../ir/model';
import type { ByteSource } from '../ports/byteSource';
import { MemoryByteSource } from '../ports/memoryByteSource';
import { runtimes } from '../targets/runtimes';
import { toOnnx } from '../transforms/convert/toOnnx/toOnnx';
import { toTflite } from '../transforms/convert/toTflite/toTflite';
import type { ShapeBindings } from '../transforms/run/bindInputs';
import { SCHEMA_VERSION, type Answer } from './inspectAnswer';
import { modelFigures } from './modelFigures';
import type { ModelFigures } from './transformAnswer';

/** Figures of a model beside its format and how many operators it has. */
export interface ConvertedFigures extends ModelFigures {
  readonly format: ModelFormat;
  readonly operators: number;
  /** Operators that only change the layout. */
  readonly transposes: number;
}

/** `tinyml convert --json`. */
export interface ConvertAnswer extends Answer {
  readonly command: 'convert';
  readonly source: string;
  readonly output: string;
  readonly before: ConvertedFigures;
  readonly after: ConvertedFigures;
}

export interface ConvertOptions {
  readonly shapes: ShapeBindings;
  /** `file`: shapes of inputs and outputs stay. `native`: those of four dimensions get the other format's order. */
  readonly layout: 'file' | 'native';
}

/** The format a model converts to: the other one of the two that can be written. */
export function convertsTo(format: ModelFormat): 'onnx' | 'tflite' {
  return format === 'onnx' ? 'tflite' : 'onnx';
}

function figuresOf(model: Model, bytes: Uint8Array): { figures: ConvertedFigures; isArenaEstimated: boolean } {
  const { figures, isArenaEstimated } = modelFigures(model, bytes, runtimes[0]!);
  const { nodes } = mainGraph(model);
  const transposes = nodes.filter((node) => node.op.kind === 'Transpose').length;
  return { figures: { ...figures, format: model.format, operators: nodes.length, transposes }, isArenaEstimated };
}

/** A model in the other format, and what is to be said of it. Throws ModelError as `toOnnx` and `toTflite` do. */
export function convertModel(
  model: Model,
  source: ByteSource,
  { shapes, layout }: ConvertOptions,
): { readonly file: Uint8Array; readonly answer: Omit<ConvertAnswer, 'source' | 'output'> } {
  const options = { layout, ...(Object.keys(shapes).length > 0 ? { bindings: shapes } : {}) };
  const { bytes, notes } = model.format === 'onnx' ? toTflite(model, options) : toOnnx(model, options);
  const written = readModel(new MemoryByteSource(bytes, `converted.${convertsTo(model.format)}`));
  const [before, after] = [figuresOf(model, source.read(0, source.size)), figuresOf(written, bytes)];
  const estimated = [
    ...(before.isArenaEstimated ? ['before.arena'] : []),
    ...(after.isArenaEstimated ? ['after.arena'] : []),
  ];
  const answer = {
    schemaVersion: SCHEMA_VERSION,
    command: 'convert' as const,
    before: before.figures,
    after: after.figures,
    notes,
    estimated,
  };
  return { file: bytes, answer };
}
