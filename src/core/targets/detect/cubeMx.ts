import { distinct, type ProjectHint } from './projectHint';

/**
 * Board and chip of an STM32CubeMX `.ioc`, a file of `key=value` lines: `board` where one was chosen, and the chip as
 * `Mcu.UserName` or `Mcu.CPN`.
 */
export function cubeMxHints(text: string): readonly ProjectHint[] {
  const valueOf = (key: string): string => {
    const line = text.split(/\r?\n/).find((each) => each.startsWith(`${key}=`));
    return line === undefined ? '' : line.slice(key.length + 1).trim();
  };
  const board = valueOf('board');
  return distinct([
    { kind: 'st', name: board === 'custom' ? '' : board },
    { kind: 'mcu', name: valueOf('Mcu.UserName') },
    { kind: 'mcu', name: valueOf('Mcu.CPN') },
  ]);
}
