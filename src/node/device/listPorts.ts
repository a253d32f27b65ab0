import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { PortView } from '../../protocol/device';
import { loadSerialport } from './serialTransport';

/** What serialport tells of a port. */
export interface FoundPort {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly pnpId?: string | undefined;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly friendlyName?: string | undefined;
}

export interface PortSources {
  /** Every port, as the native library finds them. */
  list(): Promise<readonly FoundPort[]>;
  /** Names in a folder; rejects when there is none. */
  readFolder(folder: string): Promise<readonly string[]>;
  /** Where a link leads. */
  resolveLink(file: string): Promise<string>;
}

const machine: PortSources = {
  list: async () => (await loadSerialport()).SerialPort.list(),
  readFolder: (folder) => readdir(folder),
  resolveLink: (file) => realpath(file),
};

const BY_ID = '/dev/serial/by-id';
const PORT_NAME = /^(?:ttyACM|ttyUSB|ttyAMA|rfcomm|cu\.)/;

/** Linux always has these, whether or not anything is behind them. */
const PHANTOM = /^\/dev\/ttyS\d+$/;

/** The serial ports of this machine, by path. Without udev, or without the native library, those that /dev names. */
export async function listPorts(sources: PortSources = machine): Promise<readonly PortView[]> {
  const found = await sources.list().catch(() => scanDev(sources));
  return found
    .filter((port) => port.vendorId !== undefined || !PHANTOM.test(port.path))
    .map((port) => ({
      path: port.path,
      label: labelOf(port),
      vendorId: port.vendorId ?? null,
      productId: port.productId ?? null,
      serialNumber: port.serialNumber ?? null,
    }))
    .sort((one, other) => one.path.localeCompare(other.path, 'en', { numeric: true }));
}

async function scanDev(sources: PortSources): Promise<readonly FoundPort[]> {
  const ids = new Map<string, string>();
  for (const name of await sources.readFolder(BY_ID).catch(() => [])) {
    const target = await sources.resolveLink(path.posix.join(BY_ID, name)).catch(() => null);
    if (target !== null) ids.set(target, name);
  }
  const names = await sources.readFolder('/dev').catch(() => []);
  const paths = names.filter((name) => PORT_NAME.test(name)).map((name) => `/dev/${name}`);
  return [...new Set([...paths, ...ids.keys()])].map((file) => ({ path: file, pnpId: ids.get(file) }));
}

/** "Arduino Nano 33 BLE" of `usb-Arduino_Nano_33_BLE_9F2C-if00`. */
function labelOf({ pnpId, serialNumber, friendlyName, manufacturer }: FoundPort): string {
  if (friendlyName !== undefined) return friendlyName.replace(/ \(COM\d+\)$/, '');
  const name = pnpId?.replace(/^usb-/, '').replace(/-(?:if|port)\d+(?:-port\d+)?$/, '') ?? '';
  const withoutSerial = serialNumber === undefined ? name : name.replace(new RegExp(`_?${escape(serialNumber)}$`), '');
  return withoutSerial.replaceAll('_', ' ').trim() || (manufacturer ?? '');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
