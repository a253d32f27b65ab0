import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport } from '../../../../src/node/device/createTransport';
import { DeviceLink } from '../../../../src/node/device/deviceLink';
import { listPorts } from '../../../../src/node/device/listPorts';
import type { PortSources } from '../../../../src/node/device/listPorts';
import { serialOpenError } from '../../../../src/node/device/serialErrors';
import type { DeviceBatch, DeviceState } from '../../../../src/protocol/device';

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A TCP server that keeps its clients, so that a test can cut them off. */
async function serve(
  onClient: (socket: Socket) => void,
  port = 0,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onClient(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  cleanUps.push(stop);
  return { port: (server.address() as AddressInfo).port, stop };
}

function link(): { link: DeviceLink; states: DeviceState[]; batches: DeviceBatch[] } {
  const states: DeviceState[] = [];
  const batches: DeviceBatch[] = [];
  const made = new DeviceLink({ onState: (state) => states.push(state), onBatch: (batch) => batches.push(batch) });
  cleanUps.push(() => made.close());
  return { link: made, states, batches };
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('waited 10 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('DeviceLink over TCP', () => {
  it('reads, writes, waits for a lost server and goes on', async () => {
    const heard: string[] = [];
    const client = (socket: Socket): void => {
      socket.write('\n>a:1\n');
      socket.on('data', (bytes) => heard.push(bytes.toString()));
    };
    const first = await serve(client);
    const { link: device, states, batches } = link();
    await device.open({ address: `tcp://127.0.0.1:${first.port}`, baudRate: 0, protocol: 'auto' });
    await device.write('hello\n');
    await until(() => heard.join('') === 'hello\n');
    await until(() => batches.some(({ series }) => series.length > 0));
    await first.stop();
    await until(() => states.at(-1)?.kind === 'waiting');
    await serve(client, first.port);
    await until(() => states.at(-1)?.kind === 'open');
    await until(() => (batches.at(-1)?.totals.bytes ?? 0) === 12);
    expect(states.map(({ kind }) => kind)).toEqual(['opening', 'open', 'waiting', 'open']);
  });

  it('says that nothing listens', async () => {
    const { port, stop } = await serve(() => undefined);
    await stop();
    const { link: device, states } = link();
    const address = `tcp://127.0.0.1:${port}`;
    await expect(device.open({ address, baudRate: 0, protocol: 'auto' })).rejects.toMatchObject({ reason: 'refused' });
    expect(states.at(-1)).toMatchObject({ kind: 'failed', reason: 'refused' });
    await expect(device.write('x')).rejects.toMatchObject({ reason: 'unavailable' });
  });

  it.each(['tcp://', 'tcp://host', 'tcp://host:0', 'tcp://host:99999', 'http://host:80', 'tcp://a b:1'])(
    'refuses the address %s',
    async (address) => {
      const { link: device } = link();
      const opening = device.open({ address, baudRate: 0, protocol: 'auto' });
      await expect(opening).rejects.toMatchObject({ reason: 'not-a-port' });
    },
  );
});

describe('DeviceLink over the simulated board', () => {
  it('gets results and telemetry without any port', async () => {
    const { link: device, batches, states } = link();
    await device.open({ address: 'simulated://board', baudRate: 115_200, protocol: 'auto' });
    await until(() => batches.some(({ results }) => results.length > 0));
    await device.write('AT+NOPE\r');
    await until(() => device.search({ text: 'command not found', levels: ['error'], limit: 1 }).matches === 1);
    await device.close();
    expect(states.map(({ kind }) => kind)).toEqual(['opening', 'open', 'closed']);
    const { series, totals } = device.snapshot();
    expect(series.map(({ name }) => name)).toEqual(['accX', 'accY', 'accZ']);
    expect(totals.detected).toBe('edge-impulse');
  });

  it('opens another without mixing the two', async () => {
    const { link: device, states } = link();
    const open = { address: 'simulated://board', baudRate: 115_200, protocol: 'auto' } as const;
    await device.open(open);
    await until(() => device.snapshot().totals.bytes > 1000);
    await device.open({ ...open, protocol: 'log' });
    expect(device.snapshot().totals.bytes).toBeLessThan(1000);
    expect(states.map(({ kind }) => kind)).toEqual(['opening', 'open', 'opening', 'open']);
  });
});

describe('serial failures', () => {
  it.each([
    ['Error: No such file or directory, cannot open /dev/ttyACM0', 'not-found'],
    ['Error: Permission denied, cannot open /dev/ttyACM0', 'no-permission'],
    ['Error Resource temporarily unavailable Cannot lock port', 'busy'],
    ['Error: Inappropriate ioctl for device setting custom baud rate of 123', 'not-a-port'],
    ['Opening COM3: Access denied', 'busy'],
    ['Opening COM3: File not found', 'not-found'],
    ['Error: something else', 'unavailable'],
  ])('%s', (message, reason) => {
    const error = serialOpenError('/dev/ttyACM0', message);
    expect(error.reason).toBe(reason);
    expect(error.message).toContain('/dev/ttyACM0');
    expect(error.command).toBe(reason === 'no-permission' ? 'sudo usermod -aG dialout $USER' : null);
  });

  it('reports a path that is not there, and one that is no port', async () => {
    const handlers = { onBytes: () => {}, onClosed: () => {} };
    await expect(createTransport('/dev/ttyACM99', 9600).open(handlers)).rejects.toMatchObject({ reason: 'not-found' });
    await expect(createTransport('/dev/null', 9600).open(handlers)).rejects.toMatchObject({ reason: 'not-a-port' });
  });
});

describe('listPorts', () => {
  const noFolder = (): Promise<never> => Promise.reject(new Error('ENOENT'));
  const sources = (changes: Partial<PortSources>): PortSources => ({
    list: noFolder,
    readFolder: noFolder,
    resolveLink: noFolder,
    ...changes,
  });

  it('names boards and leaves out ports that are always there', async () => {
    const list = (): Promise<{ path: string }[]> =>
      Promise.resolve([
        { path: '/dev/ttyS0' },
        { path: '/dev/ttyACM10', vendorId: '2341', productId: '805a', manufacturer: 'Arduino' },
        { path: '/dev/ttyACM2', pnpId: 'usb-Arduino_Nano_33_BLE_9F2C-if00', serialNumber: '9F2C', vendorId: '2341' },
      ]);
    expect((await listPorts(sources({ list }))).map(({ path, label }) => [path, label])).toEqual([
      ['/dev/ttyACM2', 'Arduino Nano 33 BLE'],
      ['/dev/ttyACM10', 'Arduino'],
    ]);
  });

  it('looks into /dev when there is no udev', async () => {
    const folders: Record<string, string[]> = {
      '/dev': ['null', 'tty0', 'ttyACM0', 'ttyUSB1', 'ttyS0'],
      '/dev/serial/by-id': ['usb-Seeed_XIAO-if00'],
    };
    const readFolder = (folder: string): Promise<string[]> => Promise.resolve(folders[folder] ?? []);
    const resolveLink = (): Promise<string> => Promise.resolve('/dev/ttyACM0');
    expect((await listPorts(sources({ readFolder, resolveLink }))).map(({ path, label }) => [path, label])).toEqual([
      ['/dev/ttyACM0', 'Seeed XIAO'],
      ['/dev/ttyUSB1', ''],
    ]);
  });

  it('is empty, not an error, where there is nothing', async () => {
    expect(await listPorts(sources({}))).toEqual([]);
  });
});
