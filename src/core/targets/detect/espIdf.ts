import { distinct, type ProjectHint } from './projectHint';

/** The chip of an ESP-IDF `sdkconfig`: it names no board. Source: ESP-IDF documentation, "Project configuration". */
export function espIdfHints(text: string): readonly ProjectHint[] {
  const target = /^CONFIG_IDF_TARGET="([\w-]+)"/m.exec(text)?.[1];
  return distinct(target === undefined ? [] : [{ kind: 'mcu', name: target }]);
}
