import { describe, expect, it } from 'vitest';
import { elementReader } from '../../../../../src/core/ir/decode';
import type { TensorValue } from '../../../../../src/core/ports/executor';
import { toOnnx } from '../../../../../src/core/transforms/convert/toOnnx/toOnnx';
import { runPlainly } from '../../../../conformance/plainOnnxruntime';
import { TfliteBuilder } from '../../../../fixtures/tfliteBuilder';

const f32 = (...values: number[]) => Float32Array.from(values);
const bytesOf = (view: Float32Array) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

function numbersOf({ dtype, data }: TensorValue): number[] {
  const at = elementReader(data, dtype)!;
  return Array.from({ length: data.length / 4 }, (_, i) => at(i));
}

describe('a composite', () => {
  it('is what its decomposition says, within one file', async () => {
    const body = new TfliteBuilder();
    const p = body.input('p', 'float32', [2]);
    const q = body.input('q', 'float32', [2]);
    const two = body.constant('two', [1], f32(2));
    const product = body.activation('product', 'float32', [2]);
    const sum = body.activation('sum', 'float32', [2]);
    body.node('MUL', [p, two], [product], { fused_activation_function: 'NONE' });
    body.node('ADD', [product, q], [sum], { fused_activation_function: 'NONE' }).outputs(sum, q);
    const b = new TfliteBuilder().body(body);
    const [x, y] = [b.input('x', 'float32', [2]), b.input('y', 'float32', [2])];
    const [made, passed] = [b.activation('made', 'float32', [2]), b.activation('passed', 'float32', [2])];
    const attributes = { name: 'my.axpy', decomposition_subgraph_index: 1 };
    b.node('STABLEHLO_COMPOSITE', [x, y], [made, passed], attributes).outputs(made, passed);
    const got = await runPlainly(toOnnx(b.model()).bytes, [
      { name: 'x', dtype: 'float32', shape: [2], data: bytesOf(f32(1, 2)) },
      { name: 'y', dtype: 'float32', shape: [2], data: bytesOf(f32(10, 20)) },
    ]);
    if (typeof got === 'string') throw new Error(got);
    expect(got.map(numbersOf)).toEqual([
      [12, 24],
      [10, 20],
    ]);
  });

  it('that contains itself is refused', () => {
    const body = new TfliteBuilder();
    const p = body.input('p', 'float32', [1]);
    const q = body.activation('q', 'float32', [1]);
    const attributes = { name: 'endless', decomposition_subgraph_index: 1 };
    body.node('STABLEHLO_COMPOSITE', [p], [q], attributes).outputs(q);
    const b = new TfliteBuilder().body(body);
    const [x, y] = [b.input('x', 'float32', [1]), b.activation('y', 'float32', [1])];
    b.node('STABLEHLO_COMPOSITE', [x], [y], attributes).outputs(y);
    expect(() => toOnnx(b.model())).toThrow(/calls itself/);
  });
});
