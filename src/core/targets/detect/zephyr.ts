import { distinct, type ProjectHint } from './projectHint';

const CACHED = /^(?:CACHED_BOARD|BOARD)(?::\w+)?=(.+)$/;
const CONFIGURED = /^CONFIG_BOARD="?([^"\r\n]+?)"?$/;

/**
 * The board of a Zephyr build: `CMakeCache.txt` of the build folder, its `.config`, or a `prj.conf` that names one.
 * Source: Zephyr documentation, "Board terminology": `BOARD@REVISION/SOC/CORE`, of which the first word names the board.
 */
export function zephyrHints(text: string): readonly ProjectHint[] {
  const names = text.split(/\r?\n/).flatMap((line) => {
    const value = (CACHED.exec(line) ?? CONFIGURED.exec(line))?.[1];
    return value === undefined ? [] : [value.trim().split(/[@/]/)[0]!];
  });
  return distinct(names.map((name) => ({ kind: 'zephyr', name })));
}
