import { describe, expect, it } from 'vitest';
import { arenaOfSeveral } from '../../../../src/core/answers/arenaOfSeveral';
import type { ProfileAnswer } from '../../../../src/core/answers/profileAnswer';

const arena = (planned: number, persistent: number, minimum = planned + persistent): ProfileAnswer['arena'] => ({
  total: planned + persistent,
  planned,
  scratch: 0,
  persistent,
  minimum,
  parts: [],
});

describe('arenaOfSeveral', () => {
  it('plans the largest and keeps the persistent bytes of all', () => {
    expect(arenaOfSeveral([arena(1000, 100), arena(4000, 50), arena(500, 900)])).toEqual({
      planned: 4000,
      persistent: 1050,
      total: 5050,
      minimum: 5050,
    });
  });

  it('leaves room for a model that needs more while it is allocated than it keeps', () => {
    // The second one starts with 100 bytes taken and needs 1,072 itself.
    expect(arenaOfSeveral([arena(200, 100), arena(300, 376, 1072)])).toMatchObject({ total: 776, minimum: 1172 });
  });

  it('is the model itself for one, and unknown with one that is', () => {
    expect(arenaOfSeveral([arena(300, 376, 1072)])).toEqual({
      planned: 300,
      persistent: 376,
      total: 676,
      minimum: 1072,
    });
    expect(arenaOfSeveral([arena(1, 1), { ...arena(1, 1), persistent: null }])).toBeNull();
  });
});
