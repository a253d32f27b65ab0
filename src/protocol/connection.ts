import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';

/**
 * A contract is two interfaces: requests (`{ name: { params; result } }`) and notifications (`{ name: params }`). Both
 * ends compile against the same ones, so that a wrong name, parameter or result is a compile error.
 */
export type Requests = object;
export type Notifications = object;

type Params<C, M extends keyof C> = C[M] extends { params: infer P } ? P : never;
type Result<C, M extends keyof C> = C[M] extends { result: infer R } ? R : never;

/** Calls to the other end. A cancelled token or a closed connection rejects. */
export interface Caller<R extends Requests, N extends Notifications> {
  request<M extends keyof R & string>(
    method: M,
    params: Params<R, M>,
    token?: CancellationToken,
  ): Promise<Result<R, M>>;
  notify<M extends keyof N & string>(method: M, params: N[M]): void;
}

/** Handlers for what the other end calls. */
export interface Answerer<R extends Requests, N extends Notifications> {
  onRequest<M extends keyof R & string>(
    method: M,
    handler: (params: Params<R, M>, token: CancellationToken) => Result<R, M> | Promise<Result<R, M>>,
  ): void;
  onNotification<M extends keyof N & string>(method: M, handler: (params: N[M]) => void): void;
}

/** The calling side of a contract over a jsonrpc connection. */
export function caller<R extends Requests, N extends Notifications>(connection: MessageConnection): Caller<R, N> {
  return {
    request: (method, params, token) => connection.sendRequest(method, params, token),
    notify: (method, params) => {
      void connection.sendNotification(method, params);
    },
  };
}

/** The answering side of a contract over a jsonrpc connection. */
export function answerer<R extends Requests, N extends Notifications>(connection: MessageConnection): Answerer<R, N> {
  return {
    onRequest: (method, handler) => {
      connection.onRequest<unknown, unknown>(method, handler);
    },
    onNotification: (method, handler) => {
      connection.onNotification(method, handler);
    },
  };
}
