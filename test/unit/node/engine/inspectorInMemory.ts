import { EventEmitter } from 'node:events';
import { deserialize, serialize } from 'node:v8';
import 'vscode-jsonrpc/node';
import { startInspector } from '../../../../src/node/engine/inspector';
import { caller } from '../../../../src/protocol/connection';
import type { Caller } from '../../../../src/protocol/connection';
import type { InspectorRequests } from '../../../../src/protocol/engine';
import { connectProcess } from '../../../../src/protocol/processPort';
import type { IpcEnd } from '../../../../src/protocol/processPort';

/** Two ends of a channel that hands over what `serialization: 'advanced'` would: a copy, or a throw. */
function ipcPair(): [IpcEnd, IpcEnd] {
  const ends = [new EventEmitter(), new EventEmitter()] as const;
  const end = (own: EventEmitter, other: EventEmitter): IpcEnd => ({
    send(message, callback) {
      const copy: unknown = deserialize(serialize(message));
      setImmediate(() => other.emit('message', copy));
      callback(null);
      return true;
    },
    on: (event, listener) => own.on(event, listener),
    off: (event, listener) => own.off(event, listener),
  });
  return [end(ends[0], ends[1]), end(ends[1], ends[0])];
}

/** The inspector as the extension host talks to it, but for the process between them. */
export function inspectorInMemory(): {
  readonly request: Caller<InspectorRequests, object>['request'];
  readonly dispose: () => void;
} {
  const [host, child] = ipcPair().map(connectProcess);
  startInspector(child!);
  child!.listen();
  host!.listen();
  return {
    request: caller<InspectorRequests, object>(host!).request,
    dispose: () => {
      host!.dispose();
      child!.dispose();
    },
  };
}
