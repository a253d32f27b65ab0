import { ErrorCodes, ResponseError } from 'vscode-jsonrpc';
import type { ErrorData } from '../../protocol/engine';

/** The reason of a failure that is ours and not the input's. */
const INTERNAL = 'internal';

function isReasoned(
  error: unknown,
): error is Error & { readonly reason: string; readonly details?: readonly string[] } {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'string';
}

/**
 * An error as the caller gets it: the sentence as it is, the reason in `data`. What has no reason is a mistake of ours:
 * its stack goes to stderr, which the caller logs.
 */
export function errorResponse(error: unknown): ResponseError<ErrorData> {
  if (isReasoned(error)) {
    return new ResponseError(ErrorCodes.InvalidRequest, error.message, {
      reason: error.reason,
      details: error.details ?? [],
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof Error ? (error.stack ?? message) : message}\n`);
  return new ResponseError(ErrorCodes.InternalError, message, { reason: INTERNAL, details: [] });
}
