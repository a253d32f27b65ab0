import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFirmware } from '../../../../src/core/firmware/readFirmware';
import { ModelError } from '../../../../src/core/ir/errors';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';

const map = `
Memory Configuration

Name             Origin             Length             Attributes
FLASH            0x08000000         0x00100000         xr
RAM              0x20000000         0x00040000         xrw

Linker script and memory map

LOAD main.o
.isr_vector     0x08000000      0x188
 .isr_vector    0x08000000      0x188 startup.o

.text           0x08000190     0x1000
 *(.text*)
 .text.main     0x08000190       0x38 main.o
                0x08000190                main

.rodata         0x08001190     0x2010
 .rodata.g_model
                0x080011a0     0x2000 model.o

.ARM.exidx      0x080031a0        0x8
.glue_7         0x080031a8        0x0

.data           0x20000000       0x64 load address 0x080031a8
 .data.counters
                0x20000000       0x40 main.o

.bss            0x20000064     0x1100 load address 0x0800320c
 .bss.tensor_arena
                0x20000070     0x1000 main.o

._user_heap_stack
                0x20001164      0x604 load address 0x0800320c

.ARM.attributes
                0x00000000       0x34
.debug_info     0x00000000      0x309
OUTPUT(app.elf elf32-littlearm)
.late           0x08009000      0x100
`;

const read = (text: string) => readFirmware(new MemoryByteSource(new TextEncoder().encode(text), 'app.map'));

describe('readMap', () => {
  it('reads sections, where they are stored, and large variables', () => {
    const usage = read(map);
    expect(usage.format).toBe('map');
    expect(usage.sections).toEqual([
      { name: '.isr_vector', kind: 'constants', address: 0x800_0000, bytes: 0x188, loadAddress: null },
      { name: '.text', kind: 'code', address: 0x800_0190, bytes: 0x1000, loadAddress: null },
      { name: '.rodata', kind: 'constants', address: 0x800_1190, bytes: 0x2010, loadAddress: null },
      { name: '.ARM.exidx', kind: 'constants', address: 0x800_31a0, bytes: 8, loadAddress: null },
      { name: '.data', kind: 'data', address: 0x2000_0000, bytes: 0x64, loadAddress: 0x800_31a8 },
      { name: '.bss', kind: 'zeroed', address: 0x2000_0064, bytes: 0x1100, loadAddress: null },
      { name: '._user_heap_stack', kind: 'reserve', address: 0x2000_1164, bytes: 0x604, loadAddress: null },
    ]);
    expect(usage.objects.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['g_model', 0x2000],
      ['tensor_arena', 0x1000],
    ]);
  });

  it('reads a map with Windows line ends the same', () => {
    expect(read(map.replaceAll('\n', '\r\n'))).toEqual(read(map));
  });

  it('says when a text is no map, or one without sections', () => {
    expect(() => read('hello')).toThrow(/neither/);
    expect(() => read('Linker script and memory map\n\n')).toThrow(/names sections/);
  });

  it('answers any text with a usage or one sentence', () => {
    const line = fc.oneof(fc.constantFrom(...map.split('\n')), fc.string());
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          expect(read(`Linker script and memory map\n${lines.join('\n')}`).sections.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
        }
      }),
    );
  });

  it('is not held up by one endless line', () => {
    const text = `Linker script and memory map\n${' '.repeat(3_000_000)}0x12\n.text 0x08000000 0x10\n`;
    expect(read(text).sections).toHaveLength(1);
  });
});
