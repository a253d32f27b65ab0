import { describe, expect, it } from 'vitest';
import { kernelSetOf } from '../../../../../src/core/memory/tflm/kernelSetOf';
import boards from '../../../../../src/core/targets/boards.json';

describe('kernelSetOf', () => {
  it.each([
    ['Cortex-M0+ x2', 'cmsis-nn-c'],
    ['Cortex-M3', 'cmsis-nn-c'],
    ['Cortex-M4F + M0+', 'cmsis-nn-dsp'],
    ['Cortex-M7F (+M4F 240 MHz)', 'cmsis-nn-dsp'],
    ['Cortex-M33F x2 (or Hazard3 RISC-V)', 'cmsis-nn-dsp'],
    ['Cortex-M35P', 'cmsis-nn-dsp'],
    ['Cortex-M52', 'cmsis-nn-mve'],
    ['Cortex-M55 HP+HE', 'cmsis-nn-mve'],
    ['Cortex-M85 (Helium)', 'cmsis-nn-mve'],
  ])('%s runs %s', (core, set) => {
    expect(kernelSetOf(core).set).toBe(set);
  });

  it('says what it assumes of cores whose extension is optional', () => {
    expect(kernelSetOf('Cortex-M33F').reason).toContain('DSP extension');
    expect(kernelSetOf('Cortex-M4F').reason).toBeNull();
  });

  it.each(['RISC-V RV32IMC', 'Xtensa LX7 x2 (vector ext.)', 'Cortex-A53', 'Cortex-M99', ''])(
    'has a reason for no set: "%s"',
    (core) => {
      const { set, reason } = kernelSetOf(core);
      expect(set).toBeNull();
      expect(reason).toMatch(/\.$/);
    },
  );

  it('knows the core of every board', () => {
    for (const { core } of boards) {
      const { set, reason } = kernelSetOf(core);
      expect({ core, known: set !== null || !reason.startsWith('Which') }).toEqual({ core, known: true });
    }
  });
});
