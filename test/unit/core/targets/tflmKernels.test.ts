import { describe, expect, it } from 'vitest';
import type { Board } from '../../../../src/core/targets/board';
import { tflmKernelsFor } from '../../../../src/core/targets/tflmKernels';

function board(mcu: string, core: string): Board {
  return { id: mcu, name: mcu, mcu, core, clockMHz: null, npu: null, regions: [], sources: null, note: null };
}

describe('tflmKernelsFor', () => {
  it('takes the reference kernels on any board, exactly where structures are as they were measured', () => {
    expect(tflmKernelsFor('tflm', board('nRF52840', 'Cortex-M4F'))).toMatchObject({ set: 'reference', isExact: true });
    expect(tflmKernelsFor('tflm', null)).toMatchObject({ set: 'reference', isExact: true });
    const other = tflmKernelsFor('tflm', board('ESP32', 'Xtensa LX6 x2'));
    expect(other).toMatchObject({ set: 'reference', isExact: false });
    expect(other.note).toContain('Xtensa LX6');
  });

  it('takes the CMSIS-NN of the core, exact only where nothing is assumed and a run was measured', () => {
    const kernels = (core: string) => tflmKernelsFor('tflm-cmsis-nn', board('chip', core));
    expect(kernels('Cortex-M4F')).toMatchObject({ set: 'cmsis-nn-dsp', isExact: true });
    expect(kernels('Cortex-M33F')).toMatchObject({ set: 'cmsis-nn-dsp', isExact: false });
    expect(kernels('Cortex-M0+')).toMatchObject({ set: 'cmsis-nn-c', isExact: false });
    expect(kernels('Xtensa LX6 x2')).toMatchObject({ set: null, isExact: false });
    expect(tflmKernelsFor('tflm-cmsis-nn', null)).toMatchObject({ set: 'cmsis-nn-dsp', isExact: false });
  });

  it('takes the ESP-NN of the chip, always as an estimate', () => {
    const kernels = (mcu: string) => tflmKernelsFor('tflm-esp-nn', board(mcu, 'Xtensa'));
    expect(kernels('ESP32-S3')).toMatchObject({ set: 'esp-nn-s3', isExact: false });
    expect(kernels('ESP32-C3')).toMatchObject({ set: 'esp-nn-generic', isExact: false });
    expect(kernels('ESP32-S3').note).toContain('estimate');
    expect(kernels('nRF52840')).toMatchObject({ set: null, isExact: false });
    expect(kernels('nRF52840').note).toContain('nRF52840');
    expect(tflmKernelsFor('tflm-esp-nn', null)).toMatchObject({ set: 'esp-nn-s3', isExact: false });
  });
});
