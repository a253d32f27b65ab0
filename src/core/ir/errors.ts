export type ModelErrorReason =
  | 'empty'
  | 'truncated'
  | 'not-a-model'
  | 'lfs-pointer'
  | 'corrupt'
  | 'too-large'
  | 'too-deep'
  | 'cyclic'
  | 'outside-folder'
  | 'missing-external-data'
  | 'already-quantized'
  | 'unsupported-operator'
  | 'unsupported-dtype'
  | 'dynamic-shape'
  | 'no-weights'
  | 'bad-data'
  | 'not-finite'
  | 'gone'
  | 'read-only'
  | 'no-gain';

/**
 * The input cannot be used, and why. `message` is one sentence for a person; `reason` is what code tests.
 * `details` lists the nodes or files concerned, one a line.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly reason: ModelErrorReason;
  readonly details: readonly string[];

  constructor(reason: ModelErrorReason, message: string, details: readonly string[] = []) {
    super(message);
    this.reason = reason;
    this.details = details;
  }
}
