import { ModelError } from '../core/ir/errors';

/** The arguments make no sense; the message says which. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A file or port named on the command line cannot be used. Printed as "FILE: reason". */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly file: string;

  constructor(file: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.file = file;
  }
}

/** Runs `work` on a file, and names the file in whatever makes it unusable. */
export function withFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw inputError(file, error);
  }
}

/** As `withFile`, for work that waits. */
export async function withFileAsync<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw inputError(file, error);
  }
}

function inputError(file: string, error: unknown): unknown {
  return error instanceof ModelError ? new InputError(file, error.message, { cause: error }) : error;
}
