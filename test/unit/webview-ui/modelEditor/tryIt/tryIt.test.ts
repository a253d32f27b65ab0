import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../../../src/protocol/connection';
import type { EditorRequestNotifications, EditorRequests } from '../../../../../src/protocol/modelEditor';
import type { RunView } from '../../../../../src/protocol/views';
import { picturePixels } from '../../../../../webview-ui/modelEditor/tryIt/picturePixels';
import { scoreBars } from '../../../../../webview-ui/modelEditor/tryIt/scoreBars';
import { TryItModel } from '../../../../../webview-ui/modelEditor/tryIt/tryItModel';
import { dimsOf, INITIAL_TRY_IT, parseTryIt } from '../../../../../webview-ui/modelEditor/tryIt/tryItState';

describe('parseTryIt', () => {
  it('reads back what was stored', () => {
    const state = {
      executor: 'integer',
      signature: 'serving',
      shapes: { x: [1, 2] },
      files: { x: { path: '/a/b.png', label: 'b.png' } },
      constants: { y: 16_000 },
      seed: 5,
      scale: '-1..1',
      soundRate: 16_000,
      steps: 3,
    };
    expect(parseTryIt(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });

  it('falls back field by field', () => {
    expect(parseTryIt({ executor: 'gpu', seed: -1, steps: 0, files: { x: 1 }, shapes: { x: ['a'] } })).toEqual(
      INITIAL_TRY_IT,
    );
  });

  it('takes anything without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), (stored) => {
        const state = parseTryIt(stored);
        expect(parseTryIt(state)).toEqual(state);
      }),
    );
  });
});

describe('dimsOf', () => {
  it('reads dimensions as they are shown and as they are typed', () => {
    expect([dimsOf('1×512'), dimsOf('1x512'), dimsOf('1, 512')]).toEqual([
      [1, 512],
      [1, 512],
      [1, 512],
    ]);
    expect([dimsOf(''), dimsOf('1×?'), dimsOf('-1')]).toEqual([null, null, null]);
  });
});

describe('scoreBars', () => {
  const shares = (...values: number[]) =>
    scoreBars(values.map((value, index) => ({ index, label: null, value }))).map(({ share }) => share);

  it('draws probabilities as such', () => {
    expect(shares(0.75, 0.25)).toEqual([0.75, 0.25]);
  });

  it('draws logits against the largest, and none below zero', () => {
    expect(shares(8, 2, -4)).toEqual([1, 0.25, 0]);
    expect(shares(-1, -2)).toEqual([0, 0]);
  });
});

describe('picturePixels', () => {
  it('draws grey, colours and classes opaque', () => {
    const draw = (kind: 'grey' | 'rgb' | 'classes', ...pixels: number[]) => [
      ...picturePixels({ kind, width: 1, height: 1, pixels: Uint8Array.from(pixels) }),
    ];
    expect(draw('grey', 7)).toEqual([7, 7, 7, 255]);
    expect(draw('rgb', 1, 2, 3)).toEqual([1, 2, 3, 255]);
    expect(draw('classes', 1)).not.toEqual(draw('classes', 2));
  });
});

const run = { graph: 0, steps: 1, tensors: { indices: new Uint32Array(2) }, outputs: [] } as unknown as RunView;
const input = { dtype: 'int8', shape: '1', takesPictures: false };
const form = {
  form: {
    signatures: [],
    inputs: [
      { ...input, name: 'x', isState: false },
      { ...input, name: 'state', isState: true },
    ],
    executors: [],
    chosen: 'integer',
    isStateful: true,
  },
  scale: '-1..1',
};

/** A model over a host that answers with these, and what it was asked. */
function model(answers: Partial<Record<keyof EditorRequests, unknown>>) {
  const calls: { readonly method: string; readonly params: unknown }[] = [];
  const host = {
    request: (method: keyof EditorRequests, params: unknown) => {
      calls.push({ method, params });
      const answer = answers[method];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    notify: () => undefined,
  } as unknown as Caller<EditorRequests, EditorRequestNotifications>;
  return { tryIt: new TryItModel(host, INITIAL_TRY_IT), calls };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('TryItModel', () => {
  it('asks for the form when the tab is open, once', async () => {
    const { tryIt, calls } = model({ runForm: form });
    tryIt.follow('0', false);
    expect(calls).toEqual([]);
    tryIt.follow('0', true);
    tryIt.follow('0', true);
    await settled();
    expect(calls.map(({ method }) => method)).toEqual(['runForm']);
    expect(tryIt.scale).toBe('-1..1');
  });

  it('feeds files where there are some, made-up values elsewhere, and leaves states alone', async () => {
    const { tryIt, calls } = model({ runForm: form, run, chooseInput: { path: '/d/x.png', label: 'x.png' } });
    tryIt.follow('0', true);
    await settled();
    await tryIt.start();
    await tryIt.chooseFile('x');
    await tryIt.start();
    tryIt.removeFile('x');
    tryIt.fill('x', 2);
    await tryIt.start();
    const inputs = calls
      .filter(({ method }) => method === 'run')
      .map(({ params }) => (params as { inputs: unknown }).inputs);
    expect(inputs).toEqual([
      [{ name: 'x', source: { kind: 'seed', seed: 1 } }],
      [{ name: 'x', source: { kind: 'file', path: '/d/x.png' } }],
      [{ name: 'x', source: { kind: 'constant', value: 2 } }],
    ]);
    expect(tryIt.settings.value.files).toEqual({});
    expect(tryIt.run.value).toBe(run);
  });

  it('keeps the last run when the next one fails, and forgets it with the file', async () => {
    const answers: Partial<Record<keyof EditorRequests, unknown>> = { runForm: form, run };
    const { tryIt } = model(answers);
    tryIt.follow('0', true);
    await settled();
    await tryIt.start();
    answers.run = new Error('The input x is given no value.');
    await tryIt.start();
    expect(tryIt.failure.value?.message).toBe('The input x is given no value.');
    expect(tryIt.run.value).toBe(run);
    tryIt.follow('1', true);
    expect(tryIt.run.value).toBeNull();
  });
});
