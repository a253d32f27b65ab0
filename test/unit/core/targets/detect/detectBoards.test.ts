import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boards } from '../../../../../src/core/targets/boards';
import { detectBoards, isProjectFile } from '../../../../../src/core/targets/detect/detectBoards';

const found = (name: string, text: string): readonly (readonly [string, readonly string[]])[] =>
  detectBoards(name, text, boards).map((each) => [each.said, each.boards.map((board) => board.id)] as const);

describe('detectBoards', () => {
  it('reads platformio.ini, the default environment first', () => {
    const text = `
; board = uno
[platformio]
default_envs = release, other
[env]
framework = arduino
[env:debug]
board = pico ; the small one
[env:release]
platform = nordicnrf52
board = nano33ble
build_flags =
  -D board=wrong
`;
    expect(found('platformio.ini', text)).toEqual([
      ['nano33ble', ['nano33ble']],
      ['pico', ['rpipico']],
    ]);
  });

  it('reads sketch.yaml', () => {
    const text = `profiles:
  giga:
    fqbn: arduino:mbed_giga:giga
default_fqbn: "esp32:esp32:XIAO_ESP32S3:PSRAM=opi"
`;
    expect(found('sketch.yaml', text)).toEqual([
      ['XIAO_ESP32S3', ['xiao_esp32s3']],
      ['giga', ['giga_r1_m7']],
    ]);
  });

  it('reads the build folder and the configuration of Zephyr', () => {
    expect(found('CMakeCache.txt', '//board\nBOARD:STRING=nrf52840dk/nrf52840\n')).toEqual([
      ['nrf52840dk', ['nrf52840_dk']],
    ]);
    expect(found('.config', 'CONFIG_BOARD="nucleo_h743zi"\nCONFIG_BOARD_REVISION=""\n')).toEqual([
      ['nucleo_h743zi', ['nucleo_h743zi']],
    ]);
    expect(found('CMakeCache.txt', 'CACHED_BOARD:STRING=nrf5340dk@2.0.0/nrf5340/cpuapp')).toEqual([
      ['nrf5340dk', ['nrf5340dk']],
    ]);
    expect(found('prj.conf', 'CONFIG_GPIO=y\n')).toEqual([]);
  });

  it('reads the chip of sdkconfig and offers its boards, no other chip', () => {
    const [[said, ids] = ['', []]] = found(
      'sdkconfig',
      '#\nCONFIG_IDF_TARGET_ARCH="xtensa"\nCONFIG_IDF_TARGET="esp32s3"\n',
    );
    expect(said).toBe('esp32s3');
    expect(ids).toEqual(['esp32-s3-devkitc-1', 'esp32s3box', 'xiao_esp32s3']);
    expect(found('sdkconfig', 'CONFIG_IDF_TARGET="esp32"')[0]?.[1]).not.toContain('xiao_esp32s3');
  });

  it('reads board and chip of an .ioc', () => {
    expect(found('app.ioc', 'board=NUCLEO-L476RG\nMcu.UserName=STM32L476RGTx\n')).toEqual([
      ['NUCLEO-L476RG', ['nucleo_l476rg']],
    ]);
    expect(found('app.ioc', 'board=custom\nMcu.CPN=STM32F746ZGT6\nMcu.UserName=STM32F746ZGTx\n')).toEqual([
      ['STM32F746ZGTx', ['nucleo_f746zg', 'disco_f746ng']],
    ]);
  });

  it('offers a board that the workspace describes itself', () => {
    const own = { ...boards[0]!, id: 'acme-1', name: 'Acme', names: {} };
    expect(detectBoards('platformio.ini', '[env:a]\nboard = acme_1\n', [own, ...boards])[0]?.boards).toEqual([own]);
  });

  it('says nothing of boards it does not know, or of other files', () => {
    expect(found('platformio.ini', '[env:a]\nboard = somethingelse\n')).toEqual([]);
    expect(found('main.c', 'board = nano33ble')).toEqual([]);
    expect(isProjectFile('main.c')).toBe(false);
    expect(isProjectFile('x.ioc')).toBe(true);
  });

  it('takes any text', () => {
    const name = fc.constantFrom('platformio.ini', 'sketch.yaml', 'CMakeCache.txt', 'sdkconfig', 'a.ioc');
    fc.assert(
      fc.property(name, fc.string({ maxLength: 400 }), (file, text) => {
        for (const suggestion of detectBoards(file, text, boards)) expect(suggestion.boards.length).toBeGreaterThan(0);
      }),
    );
  });
});
