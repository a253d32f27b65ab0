import { expect, it } from 'vitest';
import { loadHdf5 } from '../../../src/node/hdf5/loadHdf5';
import { openAll } from '../../fuzz/fuzzCase';
import { mutated, randomFrom } from '../../fuzz/mutate';
import { builtFiles } from '../../fuzz/originals';

const CASES = 2000;

it('files of every format, damaged in 2,000 ways, give a model or a ModelError in every view', async () => {
  const ports = { hdf5: await loadHdf5() };
  const originals = await builtFiles();
  const seen = new Map<string, Set<string>>();
  for (let index = 0; index < CASES; index++) {
    const { name, bytes } = originals[index % originals.length]!;
    // Anything but a ModelError is thrown on.
    const outcome = openAll(mutated(bytes, randomFrom(index)), name, ports);
    seen.set(name, (seen.get(name) ?? new Set()).add(outcome));
  }
  for (const { name, bytes } of originals) {
    expect(openAll(bytes, name, ports), name).toBe('opened');
    expect(seen.get(name)!.size, name).toBeGreaterThan(1);
  }
}, 60_000);
