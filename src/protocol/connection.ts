import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';

/**
 * A contract is two interfaces: requests (`{ name: { params; result } }`) and notifications (`{ name: params }`). Both
 * ends compile against the same ones, so that a wrong name, parameter or result is a compile error.
 */
export type Requests<R> = { readonly [M in keyof R]: { params: unknown; result: unknown } };

/** Calls to the other end. A cancelled token or a closed connection rejects. */
export interface Caller<R extends Requests<R>, N extends object> {
  request<M extends keyof R & string>(
    method: M,
    params: R[M]['params'],
    token?: CancellationToken,
  ): Promise<R[M]['result']>;
  notify<M extends keyof N & string>(method: M, params: N[M]): void;
}

/** Handlers for what the other end calls. */
export interface Answerer<R extends Requests<R>, N extends object> {
  onRequest<M extends keyof R & string>(
    method: M,
    handler: (params: R[M]['params'], token: CancellationToken) => R[M]['result'] | Promise<R[M]['result']>,
  ): void;
  onNotification<M extends keyof N & string>(method: M, handler: (params: N[M]) => void): void;
}

/** The calling side of a contract over a jsonrpc connection. */
export function caller<R extends Requests<R>, N extends object>(connection: MessageConnection): Caller<R, N> {
  return {
    // An undefined token would travel as a second positional parameter.
    request: (method, params, token) =>
      token ? connection.sendRequest(method, params, token) : connection.sendRequest(method, params),
    notify: (method, params) => {
      void connection.sendNotification(method, params);
    },
  };
}

/** The answering side of a contract over a jsonrpc connection. */
export function answerer<R extends Requests<R>, N extends object>(connection: MessageConnection): Answerer<R, N> {
  return {
    onRequest: (method, handler) => {
      connection.onRequest<unknown, unknown>(method, handler);
    },
    onNotification: (method, handler) => {
      connection.onNotification(method, handler);
    },
  };
}
