import { describe, expect, it } from 'vitest';
import type { RunInputView } from '../../../../../src/protocol/views';
import { targetsOf } from '../../../../../webview-ui/modelEditor/tryIt/dropTargets';
import { isFileDrag, readDropped } from '../../../../../webview-ui/modelEditor/tryIt/readDropped';
import { runAdvice } from '../../../../../webview-ui/modelEditor/tryIt/runAdvice';

const input = (name: string, more: Partial<RunInputView> = {}): RunInputView => ({
  name,
  dtype: 'float32',
  shape: '1',
  isState: false,
  bindAs: null,
  takesPictures: false,
  ...more,
});

/** What a browser tells of a drag. */
function dragOf(files: readonly File[], lists: Readonly<Record<string, string>> = {}): DataTransfer {
  const types = [...Object.keys(lists), ...(files.length > 0 ? ['Files'] : [])];
  return { types, files, getData: (type: string) => lists[type] ?? '' } as unknown as DataTransfer;
}

describe('targetsOf', () => {
  it('gives an archive to every input that is fed', () => {
    expect(targetsOf([input('a'), input('b'), input('s', { isState: true })], 'x.NPZ')).toEqual(['a', 'b']);
  });

  it('gives a picture to the input that takes pictures, other data to the only input', () => {
    const inputs = [input('meta'), input('image', { takesPictures: true })];
    expect(targetsOf(inputs, 'cat.JPEG')).toEqual(['image']);
    expect(targetsOf([input('a'), input('s', { isState: true })], 'x.npy')).toEqual(['a']);
  });

  it('says where to drop it when that leaves a choice', () => {
    expect(() => targetsOf([input('a'), input('b')], 'x.npy')).toThrow(/2 inputs: drop the file onto the one/);
    expect(() => targetsOf([], 'x.npy')).toThrow(/no input/);
  });
});

describe('readDropped', () => {
  it('takes bytes of the desktop and addresses of the workbench', async () => {
    const file = new File([Uint8Array.of(1, 2)], 'a.npy');
    expect(await readDropped(dragOf([file]))()).toEqual({ name: 'a.npy', bytes: Uint8Array.of(1, 2) });
    const list = { 'text/uri-list': '# a comment\r\nfile:///d/b.wav\r\n' };
    expect(await readDropped(dragOf([], list))()).toEqual({ uri: 'file:///d/b.wav' });
  });

  it('takes one file, of a size that crosses to the host', async () => {
    const two = [new File([], 'a'), new File([], 'b')];
    await expect(readDropped(dragOf(two))()).rejects.toThrow(/one at a time/);
    const large = { name: 'big.npy', size: 65 * 2 ** 20 } as File;
    await expect(readDropped(dragOf([large]))()).rejects.toThrow(/big.npy is larger than 64 MiB/);
    await expect(readDropped(dragOf([], { 'text/plain': 'x' }))()).rejects.toThrow(/no file/);
  });

  it('tells files from other things that are dragged', () => {
    expect(isFileDrag(dragOf([new File([], 'a')]))).toBe(true);
    expect(isFileDrag(dragOf([], { 'text/plain': 'x' }))).toBe(false);
  });
});

describe('runAdvice', () => {
  const form = (inputs: readonly RunInputView[]) => ({ inputs }) as Parameters<typeof runAdvice>[0];
  const nothing = { files: {}, constants: {}, shapes: {} };

  it('names free shapes and random indices, until they are set', () => {
    const inputs = [input('x', { bindAs: 'x' }), input('tokens', { dtype: 'int32' })];
    expect(runAdvice(form(inputs), nothing)).toMatch(/shape of x open.*integers for tokens/);
    expect(runAdvice(form(inputs), { files: {}, constants: { tokens: 0 }, shapes: { x: [1, 512] } })).toBeNull();
  });

  it('has none where nothing was made up', () => {
    expect(runAdvice(form([input('x')]), nothing)).toBeNull();
  });
});
