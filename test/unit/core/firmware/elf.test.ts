import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFirmware } from '../../../../src/core/firmware/readFirmware';
import { ModelError } from '../../../../src/core/ir/errors';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';
import { ALLOC, elfBytes, EXECUTE, NOBITS, PROGBITS, WRITE, type ElfContent } from '../../../fixtures/elfBytes';

const RAM = 0x2000_0000;

const app: ElfContent = {
  sections: [
    { name: '.text', type: PROGBITS, flags: ALLOC | EXECUTE, address: 0x800_0000, bytes: 1000 },
    { name: '.rodata', type: PROGBITS, flags: ALLOC, address: 0x800_03e8, bytes: 600 },
    { name: '.data', type: PROGBITS, flags: ALLOC | WRITE, address: RAM, bytes: 40 },
    { name: '.bss', type: NOBITS, flags: ALLOC | WRITE, address: RAM + 40, bytes: 5000 },
    { name: '._user_heap_stack', type: NOBITS, flags: ALLOC | WRITE, address: RAM + 5040, bytes: 1536 },
    { name: '.flash_rodata_dummy', type: NOBITS, flags: ALLOC, address: 0x3c00_0000, bytes: 65_536 },
    { name: '.debug_info', type: PROGBITS, flags: 0, address: 0, bytes: 300 },
  ],
  segments: [
    { address: 0x800_0000, loadAddress: 0x800_0000, holds: ['.text', '.rodata'] },
    { address: RAM, loadAddress: 0x800_0640, holds: ['.data'] },
    { address: RAM + 40, loadAddress: RAM + 40, holds: ['.bss', '._user_heap_stack'] },
  ],
  symbols: [
    { name: 'main', address: 0x800_0000, bytes: 900, type: 2 },
    { name: '_ZN12_GLOBAL__N_112tensor_arenaE', address: RAM + 48, bytes: 4096, type: 1 },
    { name: 'counter', address: RAM, bytes: 4, type: 1 },
    { name: 'g_model', address: 0x800_03e8, bytes: 512, type: 1 },
  ],
};

const read = (bytes: Uint8Array) => readFirmware(new MemoryByteSource(bytes, 'app.elf'));

describe('readElf', () => {
  it.each([
    ['ELF32, little', {}],
    ['ELF32, big', { little: false }],
    ['ELF64, little', { wide: true }],
    ['ELF64, big', { wide: true, little: false }],
  ])('reads sections, where they are stored and the large objects: %s', (_, shape) => {
    const usage = read(elfBytes({ ...app, ...shape }));
    expect(usage.sections).toEqual([
      { name: '.text', kind: 'code', address: 0x800_0000, bytes: 1000, loadAddress: null },
      { name: '.rodata', kind: 'constants', address: 0x800_03e8, bytes: 600, loadAddress: null },
      { name: '.data', kind: 'data', address: RAM, bytes: 40, loadAddress: 0x800_0640 },
      { name: '.bss', kind: 'zeroed', address: RAM + 40, bytes: 5000, loadAddress: null },
      { name: '._user_heap_stack', kind: 'reserve', address: RAM + 5040, bytes: 1536, loadAddress: null },
    ]);
    expect(usage.objects).toEqual([
      { name: '_ZN12_GLOBAL__N_112tensor_arenaE', address: RAM + 48, bytes: 4096 },
      { name: 'g_model', address: 0x800_03e8, bytes: 512 },
    ]);
  });

  it('reads a stripped file by its segments', () => {
    const bytes = elfBytes(app);
    const view = new DataView(bytes.buffer);
    view.setUint32(32, 0, true); // e_shoff
    view.setUint16(48, 0, true); // e_shnum
    const usage = read(bytes);
    expect(usage.sections.map(({ kind, bytes: size, loadAddress }) => [kind, size, loadAddress])).toEqual([
      ['code', 1600, null],
      ['data', 40, 0x800_0640],
      ['zeroed', 6536, null],
    ]);
    expect(usage.objects).toEqual([]);
  });

  it('says what to choose instead of an object file', () => {
    expect(() => read(elfBytes({ ...app, type: 1 }))).toThrow(/object file; choose the linked firmware/);
  });

  it('says that other files are none', () => {
    expect(() => read(new Uint8Array(100))).toThrow(/neither/);
    expect(() => read(new Uint8Array())).toThrow(/empty/);
  });

  it('answers damaged files with one sentence', () => {
    const whole = elfBytes(app);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (changes, length) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        for (const each of [bytes, bytes.subarray(0, length)]) {
          try {
            expect(read(Uint8Array.from(each)).sections.length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(ModelError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('answers headers that state the largest numbers', () => {
    const whole = elfBytes(app);
    for (let at = 16; at < 52; at += 1) {
      const bytes = Uint8Array.from(whole);
      bytes.fill(255, at, at + 4);
      try {
        read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError);
      }
    }
  });
});
