import { isTflm } from './runtimes';
import operators from './operators.json';
import type { RuntimeId } from './runtime';

export interface OperatorSupport {
  /** Names as the .tflite schema has them; custom operators by their own name. */
  readonly operators: ReadonlySet<string>;
  /** Where the list was read. */
  readonly source: string;
}

const tflm: OperatorSupport = {
  operators: new Set(Object.keys(operators.tflm.methods)),
  source: operators.tflm.source,
};
const tinyengine: OperatorSupport = {
  operators: new Set(operators.tinyengine.operators),
  source: operators.tinyengine.source,
};

/** The TFLite operators that a runtime has kernels for; null where there is no list to hold a model against. */
export function operatorSupport(runtime: RuntimeId): OperatorSupport | null {
  if (isTflm(runtime)) return tflm;
  return runtime === 'tinyengine' ? tinyengine : null;
}
