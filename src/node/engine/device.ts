import type { MessageConnection } from 'vscode-jsonrpc';
import { answerer, caller } from '../../protocol/connection';
import type { DeviceNotifications, DeviceRequests } from '../../protocol/device';
import { DeviceLink } from '../device/deviceLink';
import { listPorts } from '../device/listPorts';
import { errorResponse } from './errorResponse';

/** Answers a device's requests over a connection that the caller will `listen` on. Loads natives on first use only. */
export function startDevice(connection: MessageConnection): void {
  const host = caller<object, DeviceNotifications>(connection);
  const link = new DeviceLink({
    onBatch: (batch) => host.notify('batch', batch),
    onState: (state) => host.notify('state', state),
  });
  const on = answerer<DeviceRequests, object>(connection);
  on.onRequest('list', () => listPorts());
  on.onRequest('open', (device) => answered(link.open(device)));
  on.onRequest('close', () => answered(link.close()));
  on.onRequest('write', ({ text }) => answered(link.write(text)));
  on.onRequest('snapshot', () => link.snapshot());
  on.onRequest('searchLog', (query) => link.search(query));
}

/** Keeps the reason of a failure over the wire. */
async function answered(work: Promise<void>): Promise<null> {
  try {
    await work;
    return null;
  } catch (error) {
    throw errorResponse(error);
  }
}
