import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../../src/core/formats/readModel';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';
import { boardById } from '../../../../src/core/targets/boards';
import { codeSizeChecks, codeSizeOf, linkedOperators, linkedSize } from '../../../../src/core/targets/codeSizes';
import { readBytes, sharedPath } from '../../../fixtures/sharedFiles';
import { TfliteBuilder } from '../../../fixtures/tfliteBuilder';

const models = sharedPath('models/mlperf-tiny');
const nano = boardById('nano33ble')!;

function oneOperator(op: string) {
  const b = new TfliteBuilder();
  const x = b.input('x', 'float32', [1, 4]);
  const y = b.activation('y', 'float32', [1, 4]);
  return b.node(op, [x], [y]).outputs(y).model();
}

describe('code size', () => {
  it('is within 1 % of every firmware that was linked with several operators', () => {
    expect(codeSizeChecks.length).toBeGreaterThan(0);
    for (const { core, kernels, operators, measured, name } of codeSizeChecks) {
      const names = operators === 'all' ? linkedOperators : operators.map((index) => linkedOperators[index]!);
      const { flash } = linkedSize(core, kernels, names)!;
      expect(Math.abs(flash / measured[0]! - 1), `${name} on ${core}, ${kernels}`).toBeLessThan(0.01);
    }
  });

  it('counts once what two operators share', () => {
    const size = (...names: string[]) => linkedSize('Cortex-M4F', 'reference', names)!.flash;
    const base = size();
    const together = size('ADD', 'MUL') - base;
    expect(together).toBeLessThan(size('ADD') + size('MUL') - 2 * base);
    expect(together).toBeGreaterThan(Math.max(size('ADD'), size('MUL')) - base);
    expect(size('ADD', 'ADD')).toBe(size('ADD'));
  });

  it('says why it is not known', () => {
    const reasonOf = (...[model, runtime, board]: Parameters<typeof codeSizeOf>) => {
      const size = codeSizeOf(model, runtime, board);
      return 'reason' in size ? size.reason : null;
    };
    const relu = oneOperator('RELU');
    expect(reasonOf(relu, 'tflm', nano)).toBeNull();
    expect(reasonOf(relu, 'onnxruntime', nano)).toContain('on TFLM only');
    expect(reasonOf(relu, 'tflm', { ...nano, core: 'Xtensa LX7 x2' })).toContain('Xtensa');
    expect(reasonOf(oneOperator('ATAN2'), 'tflm', nano)).toContain('ATAN2');
  });

  it.skipIf(models === null)('says what VWW takes with reference kernels and with CMSIS-NN', () => {
    const bytes = readBytes(path.join(models!, 'vww_96_int8.tflite'));
    const vww = readModel(new MemoryByteSource(bytes, 'vww_96_int8.tflite'));
    expect(codeSizeOf(vww, 'tflm', nano)).toMatchObject({ flash: 42_004 });
    expect(codeSizeOf(vww, 'tflm-cmsis-nn', nano)).toMatchObject({ flash: 84_880 });
  });
});
