import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inspect } from '../../../../src/core/answers/inspect';
import { readModel } from '../../../../src/core/formats/readModel';
import { ModelError } from '../../../../src/core/ir/errors';
import { inferShapes } from '../../../../src/core/ir/inferShapes';
import { countMacs } from '../../../../src/core/ir/macs';
import type { Model } from '../../../../src/core/ir/model';
import type { Shape } from '../../../../src/core/ir/shape';
import { verify } from '../../../../src/core/ir/verify';
import { FileByteSource } from '../../../../src/node/fileByteSource';
import { filesUnder, sharedPath } from '../../../fixtures/sharedFiles';
import { conv, DraftGraph } from '../ir/draftModel';

const models = sharedPath('models');
const reference = sharedPath('reference');

function open(file: string): Model | null {
  try {
    return readModel(new FileByteSource(file));
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}

describe('inspect', () => {
  it('answers with the keys that scripts rely on', () => {
    const model = new DraftGraph()
      .tensor('x', ['N', 8, 8, 3])
      .weights('w', [4, 3, 3, 3])
      .node(conv(), ['x', 'w'], ['y'], { op: 'Conv' })
      .node({ kind: 'Opaque', bodies: [] }, ['y'], ['z'], { op: 'Odd', domain: 'my.domain' })
      .model(['x'], ['z']);
    const answer = inspect(model);
    expect(answer).toMatchObject({
      schemaVersion: 1,
      format: 'onnx',
      parameters: 108,
      macs: null,
      weightBytes: 432,
      nodes: 2,
      tensors: 4,
      operators: { Conv: 1, 'my.domain.Odd': 1 },
      inputs: [{ name: 'x', dtype: 'float32', shape: ['N', 8, 8, 3] }],
      quantization: 'float32',
    });
    expect(answer.notes[0]).toBe('MACs are not counted for my.domain.Odd (the operator is not known).');
  });
});

describe.skipIf(!models || !reference)('real models', () => {
  interface Reference {
    readonly path: string;
    readonly file_bytes: number;
    readonly macs?: number;
    readonly n_ops?: number;
    readonly ops?: Readonly<Record<string, number>>;
  }
  interface Measured {
    readonly model: string;
    readonly state: string;
    readonly io: readonly string[];
  }
  let files: readonly string[] = [];
  beforeAll(() => {
    files = models ? filesUnder(models, '.tflite', '.onnx') : [];
  });

  it('have the published MACs and operators', () => {
    const references = JSON.parse(readFileSync(join(reference!, 'reference-models.json'), 'utf8')) as Reference[];
    let checked = 0;
    for (const { path, file_bytes: bytes, macs, ops } of references) {
      const file = files.find((candidate) => basename(candidate) === basename(path));
      const model = file ? open(file) : null;
      if (model?.fileBytes !== bytes || macs === undefined) continue;
      const resolved = inferShapes(model);
      // The published counts leave recurrent layers out.
      const main = resolved.graphs[0]!;
      const recurrent = main.nodes.filter(({ op }) => op.kind === 'Svdf' || op.kind === 'Lstm').map(({ id }) => id);
      const counts = countMacs(resolved)[0]!;
      const counted = counts.nodes.reduce<number>(
        (sum, count, id) => sum + (recurrent.includes(id) ? 0 : (count ?? NaN)),
        0,
      );
      expect({ path, macs: counted, ops: inspect(model, resolved).operators }).toEqual({ path, macs, ops });
      checked += 1;
    }
    console.log(`published MACs met: ${checked} models`);
    expect(checked).toBeGreaterThanOrEqual(13);
  });

  it('have the parameters and words of VWW', () => {
    expect(inspect(open(join(models!, 'mlperf-tiny/vww_96_int8.tflite'))!)).toMatchObject({
      parameters: 210_850,
      macs: 7_489_664,
      weightBytes: 219_064,
      fileBytes: 333_288,
      nodes: 31,
      tensors: 89,
      quantization: 'int8 per-channel, int8 in and out',
    });
    expect(inspect(open(join(models!, 'mlperf-tiny/vww_96_float.tflite'))!)).toMatchObject({
      quantization: 'float32',
    });
  });

  it('have the inputs and outputs that TFLM saw', () => {
    const measured = JSON.parse(readFileSync(join(reference!, 'tflm-truth.json'), 'utf8')) as Measured[];
    let checked = 0;
    for (const { model: path, io } of measured.filter(({ state }) => state === 'runs')) {
      const model = open(join(models!, path));
      if (!model) continue;
      const { tensors, inputs, outputs } = inferShapes(model).graphs[0]!;
      const line = (kind: string, id: number, index: number): string => {
        const { dtype, shape } = tensors[id]!;
        return `${kind}[${index}] ${dtype.toUpperCase()} ${(shape ?? []).join('x')}`;
      };
      const ours = [
        ...inputs.map((id, index) => line('input', id, index)),
        ...outputs.map((id, index) => line('output', id, index)),
      ];
      // Scalars are not among what was recorded.
      const theirs = io.map((text) => text.replace(/ bytes=.*$/, '').trim());
      expect({ path, io: ours.filter((text) => !text.endsWith(' ')) }).toEqual({ path, io: theirs });
      checked += 1;
    }
    console.log(`inputs and outputs equal TFLM's: ${checked} models`);
    expect(checked).toBeGreaterThanOrEqual(170);
  });

  it('infer the shapes that their files state, where the operands alone decide', () => {
    const disagreeing: string[] = [];
    let compared = 0;
    let known = 0;
    for (const file of files) {
      const model = open(file);
      if (!model) continue;
      expect({ file, problems: verify(model) }).toEqual({ file, problems: [] });
      if (inspect(model).macs !== null) known += 1;
      const stated = inferShapes(model);
      const blind = inferShapes(withoutActivationShapes(stated));
      for (const [index, graph] of stated.graphs.entries()) {
        for (const node of graph.nodes) {
          for (const output of node.outputs) {
            const inferred = blind.graphs[index]!.tensors[output]!.shape;
            const said = model.graphs[index]!.tensors[output]!.shape;
            if (!said || !inferred) continue;
            compared += 1;
            if (!agree(said, inferred)) disagreeing.push(`${node.source.op} ${file.slice(models!.length)}`);
          }
        }
      }
    }
    console.log(
      `inferred shapes compared with stated ones: ${compared}; MACs known: ${known} of ${files.length} files`,
    );
    // Three files of ONNX Runtime's tests state what their own Reshape or GatherND contradicts.
    const odd = /reshape_fusion_concat_subgraph_not_triggered|reshape_fusion_with_graph_inputs|nonzero_shape_setter/;
    expect(disagreeing.filter((line) => !odd.test(line))).toEqual([]);
    expect(compared).toBeGreaterThan(3000);
    expect(known).toBeGreaterThan(1700);
  }, 120_000);
});

function withoutActivationShapes(model: Model): Model {
  return {
    ...model,
    graphs: model.graphs.map((graph) => ({
      ...graph,
      tensors: graph.tensors.map((tensor) =>
        tensor.constant || tensor.isVariable || tensor.captured || graph.inputs.includes(tensor.id)
          ? tensor
          : { ...tensor, shape: null },
      ),
    })),
  };
}

function agree(a: Shape, b: Shape): boolean {
  return (
    a.length === b.length &&
    a.every((dim, axis) => typeof dim !== 'number' || typeof b[axis] !== 'number' || dim === b[axis])
  );
}
