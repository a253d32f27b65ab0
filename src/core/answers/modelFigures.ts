import { gzipSync } from 'fflate';
import { profile } from './profile';
import type { ModelFigures } from './transformAnswer';
import { storedValues } from '../ir/decode';
import { inferShapes } from '../ir/inferShapes';
import { countMacs } from '../ir/macs';
import type { Model } from '../ir/model';
import { findParameters } from '../ir/weights';
import type { Tensor } from '../ir/tensor';
import type { Runtime } from '../targets/runtime';
import { zeroPointAt } from '../transforms/zeroPoints';

const GZIP_LEVEL = 9;

export interface Figures {
  readonly figures: ModelFigures;
  /** The arena is an estimate: kernels may ask for scratch memory that is not modelled. */
  readonly isArenaEstimated: boolean;
}

/** Size, arena, work and weights of a model before or after a transform; `file` is its bytes. */
export function modelFigures(model: Model, file: Uint8Array, runtime: Runtime): Figures {
  const resolved = inferShapes(model);
  const { arena, estimated } = profile(resolved, { board: null, runtime });
  return {
    figures: {
      fileBytes: file.byteLength,
      arena: arena.planned,
      macs: countMacs(resolved)[0]?.total ?? null,
      parameters: findParameters(resolved).count,
      gzipBytes: gzipSync(file, { level: GZIP_LEVEL }).byteLength,
      zeroWeights: zeroWeights(resolved),
    },
    isArenaEstimated: estimated.includes('arena.planned'),
  };
}

/** Weights (biases left out) whose real value is exactly zero, shared ones once. */
function zeroWeights(model: Model): number {
  const { graphs } = findParameters(model);
  const counted = new Set<string>();
  let zeros = 0;
  for (const [index, graph] of model.graphs.entries()) {
    for (const tensor of graph.tensors) {
      const { constant } = tensor;
      if (graphs[index]!.roles[tensor.id] !== 'weights' || !constant || counted.has(constant.key)) continue;
      counted.add(constant.key);
      if (!tensor.isSparse) zeros += zerosOf(tensor);
    }
  }
  return zeros;
}

function zerosOf(tensor: Tensor): number {
  const { count, at } = storedValues(tensor);
  const zeroAt = zeroPointAt(tensor);
  let zeros = 0;
  for (let index = 0; index < count; index++) if (at(index) === zeroAt(index)) zeros += 1;
  return zeros;
}
