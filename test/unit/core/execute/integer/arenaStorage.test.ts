import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SeededInput } from '../../../../../src/core/datasets/seededInput';
import { arenaStorage } from '../../../../../src/core/execute/integer/arenaStorage';
import { createIntegerSession } from '../../../../../src/core/execute/integer/integerSession';
import { readModel } from '../../../../../src/core/formats/readModel';
import { mainGraph } from '../../../../../src/core/ir/model';
import type { Tensor } from '../../../../../src/core/ir/tensor';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { sharedPath } from '../../../../fixtures/sharedFiles';

const folder = sharedPath('models');

describe.skipIf(folder === null)('arenaStorage', () => {
  const name = 'tflite-micro/hello_world_int8.tflite';
  const model = readModel(new MemoryByteSource(readFileSync(path.join(folder!, name)), name));
  const activations = mainGraph(model).tensors.filter(({ constant }) => constant === null);
  const input = new SeededInput(1).next('int8', [1, 1]);

  function outputIn(places: ReadonlyMap<Tensor, number> | null): Uint8Array {
    const options = places ? { storage: arenaStorage(4096, places) } : { reference: true };
    return createIntegerSession(model, options).invoke([input])[0]!.data;
  }

  it('changes nothing when tensors lie apart, and spoils the output when they lie on one another', () => {
    const apart = new Map(activations.map((tensor, index) => [tensor, 64 * index]));
    expect(outputIn(apart)).toEqual(outputIn(null));
    const together = new Map(activations.map((tensor) => [tensor, 0]));
    expect(outputIn(together)).not.toEqual(outputIn(null));
  });
});
