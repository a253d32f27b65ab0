import { describe, expect, it } from 'vitest';
import { OnnxBuilder, OnnxGraphBuilder } from '../../../../src/core/formats/onnx/onnxBuilder';
import { readModel } from '../../../../src/core/formats/readModel';
import { inferShapes } from '../../../../src/core/ir/inferShapes';
import { mainGraph } from '../../../../src/core/ir/model';
import type { Shape } from '../../../../src/core/ir/shape';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';
import { int64Bytes } from '../../../fixtures/onnxModels';

function outputShapes(builder: OnnxBuilder): readonly (Shape | null)[] {
  const graph = mainGraph(inferShapes(readModel(new MemoryByteSource(builder.build(), 'loop.onnx'))));
  return graph.outputs.map((id) => graph.tensors[id]!.shape);
}

/** A body of Loop: counter, condition and state in; condition, state and one element a step out. Nothing is stated. */
function loopBody(state: (body: OnnxGraphBuilder) => OnnxGraphBuilder, condition = 'going'): OnnxGraphBuilder {
  const body = new OnnxGraphBuilder('body')
    .input('step', 'unknown', null)
    .input('going', 'unknown', null)
    .input('state', 'unknown', null)
    .node('Identity', [condition], ['goesOn']);
  return state(body)
    .node('Relu', ['next'], ['element'])
    .output('goesOn', 'unknown', null)
    .output('next', 'unknown', null)
    .output('element', 'unknown', null);
}

function loopModel(body: OnnxGraphBuilder): OnnxBuilder {
  return new OnnxBuilder({ opset: 17 })
    .input('x', 'float32', [2, 3])
    .initializer('count', 'int64', [], int64Bytes([7]))
    .node('Loop', ['count', '', 'x'], ['last', 'all'], { graphs: { body } })
    .output('last', 'unknown', null)
    .output('all', 'unknown', null);
}

describe('shapes of loops', () => {
  it('keeps what every step keeps, one element a step', () => {
    const body = loopBody((graph) => graph.node('Add', ['state', 'state'], ['next']));
    expect(outputShapes(loopModel(body))).toEqual([
      [2, 3],
      [7, 2, 3],
    ]);
  });

  it('knows only the rank of what grows', () => {
    const body = loopBody((graph) => graph.node('Concat', ['state', 'state'], ['next'], { ints: { axis: 1 } }));
    expect(outputShapes(loopModel(body))).toEqual([
      [null, null],
      [7, null, null],
    ]);
  });

  it('does not count the steps of a loop that may end early', () => {
    const body = loopBody(
      (graph) =>
        graph
          .node('ReduceMax', ['state'], ['most'], { ints: { keepdims: 0 } })
          .node('Cast', ['most'], ['any'], { ints: { to: 9 } })
          .node('Add', ['state', 'state'], ['next']),
      'any',
    );
    expect(outputShapes(loopModel(body))).toEqual([
      [2, 3],
      [null, 2, 3],
    ]);
  });

  it('takes Scan apart along its axes, before and since opset 9', () => {
    const body = new OnnxGraphBuilder('body')
      .input('sum', 'unknown', null)
      .input('slice', 'unknown', null)
      .node('Add', ['sum', 'slice'], ['next'])
      .node('Identity', ['next'], ['element'])
      .output('next', 'unknown', null)
      .output('element', 'unknown', null);
    const now = new OnnxBuilder({ opset: 17 })
      .input('zero', 'float32', [4])
      .input('x', 'float32', [4, 9])
      .node('Scan', ['zero', 'x'], ['last', 'all'], {
        ints: { num_scan_inputs: 1 },
        intLists: { scan_input_axes: [1], scan_output_axes: [-1] },
        graphs: { body },
      });
    expect(outputShapes(now.output('last', 'unknown', null).output('all', 'unknown', null))).toEqual([[4], [4, 9]]);
    const then = new OnnxBuilder({ opset: 8 })
      .input('zero', 'float32', [5, 4])
      .input('x', 'float32', [5, 9, 4])
      .node('Scan', ['', 'zero', 'x'], ['last', 'all'], { ints: { num_scan_inputs: 1 }, graphs: { body } });
    expect(outputShapes(then.output('last', 'unknown', null).output('all', 'unknown', null))).toEqual([
      [5, 4],
      [5, 9, 4],
    ]);
  });

  it('ends on loops within loops whose states all grow', () => {
    let body = loopBody((graph) => graph.node('Concat', ['state', 'state'], ['next'], { ints: { axis: 0 } }));
    for (let depth = 0; depth < 20; depth += 1) {
      const inner = body;
      body = loopBody((graph) => graph.node('Loop', ['', 'going', 'state'], ['next'], { graphs: { body: inner } }));
    }
    expect(outputShapes(loopModel(body))).toEqual([
      [null, null],
      [7, null, null],
    ]);
  });
});
