import { describe, expect, it } from 'vitest';
import { loadError, onnxruntimeExecutor, runError } from '../../../src/node/onnxruntimeExecutor';

describe('errors of ONNX Runtime', () => {
  it('name the operator that failed, with the full text for the log', () => {
    const text =
      "Non-zero status code returned while running DequantizeLinear node. Name:'q' Status Message: a.cc:1 Prepare\nmore";
    const error = runError(text);
    expect(error.message).toBe('ONNX Runtime could not run the model: DequantizeLinear failed.');
    expect(error.details.join('\n')).toBe(text);
  });

  it('name the input whose shape is another', () => {
    const error = runError(
      'Got invalid dimensions for input: x for the following indices\n index: 0 Got: 2 Expected: 1',
    );
    expect(error.message).toMatch(/the input x has another shape\.$/);
    expect(error.details).toHaveLength(2);
  });

  it('name the operator that is not there', () => {
    expect(
      loadError("NOT_IMPLEMENTED : Could not find an implementation for Foo(13) node with name 'n'").message,
    ).toMatch(/no operator Foo /);
    expect(loadError('Fatal error: my.domain:Bar(-1) is not a registered function/op').message).toMatch(
      /no operator my\.domain:Bar/,
    );
  });

  it('keep the words of the library out of the sentence', async () => {
    const refused = onnxruntimeExecutor().load(Uint8Array.of(1, 2, 3));
    await expect(refused).rejects.toMatchObject({ message: 'ONNX Runtime cannot load this model.' });
    await expect(refused).rejects.toHaveProperty('details.length');
  });
});
