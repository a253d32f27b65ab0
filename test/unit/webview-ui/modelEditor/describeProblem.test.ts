import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../../../webview-ui/modelEditor/describeProblem';

describe('describeProblem', () => {
  it('names the file and the reason', () => {
    const problem = describeProblem({ reason: 'truncated', message: 'Bytes are missing.', details: [] }, 'a.tflite');
    expect(problem).toMatchObject({ title: 'a.tflite ends early', message: 'Bytes are missing.', canRetry: false });
  });

  it('says below the title only what the title does not', () => {
    const empty = describeProblem({ reason: 'empty', message: 'a.tflite is empty.', details: [] }, 'a.tflite');
    expect(empty.title).toBe('a.tflite is empty');
    expect(empty.message).toMatch(/^It holds no bytes: /);
    const early = { reason: 'truncated', message: 'a.onnx ends early: 7 bytes are missing.', details: [] };
    expect(describeProblem(early, 'a.onnx').message).toBe('7 bytes are missing.');
  });

  it('tells how to get what an LFS pointer stands for, once', () => {
    const hint = 'git lfs pull';
    const plain = describeProblem({ reason: 'lfs-pointer', message: 'It was not downloaded.', details: [] }, 'a.onnx');
    expect(plain.message.split(hint)).toHaveLength(2);
    const told = describeProblem({ reason: 'lfs-pointer', message: `Run ${hint}.`, details: [] }, 'a.onnx');
    expect(told.message.split(hint)).toHaveLength(2);
  });

  it('offers another try for what is not the file’s fault', () => {
    for (const reason of ['engine-died', 'gone', 'something new']) {
      expect(describeProblem({ reason, message: '', details: [] }, 'a.onnx').canRetry).toBe(true);
    }
  });
});
