import type { OpenDevice, ProtocolId } from '../../src/protocol/device';

export const SIMULATED = 'simulated://board';

export const protocolNames: readonly (readonly [id: ProtocolId, name: string])[] = [
  ['auto', 'Auto'],
  ['edge-impulse', 'Edge Impulse'],
  ['teleplot', 'Teleplot'],
  ['tflm', 'TFLM'],
  ['plotter', 'Numbers'],
  ['log', 'Log only'],
];

export const baudRates = [
  9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600, 1_000_000, 2_000_000,
] as const;

const fresh: OpenDevice = { address: '', baudRate: 115_200, protocol: 'auto' };

/** The choice that the page kept, or a fresh one. */
export function readChoice(state: unknown): OpenDevice {
  if (typeof state !== 'object' || state === null) return fresh;
  const { address, baudRate, protocol } = state as Partial<OpenDevice>;
  if (typeof address !== 'string' || typeof baudRate !== 'number' || !(baudRate > 0)) return fresh;
  const known = protocolNames.find(([id]) => id === protocol)?.[0] ?? 'auto';
  return { address, baudRate, protocol: known };
}

/** A baud rate means something only on a serial port. */
export function isSerial(address: string): boolean {
  return address !== '' && !address.includes('://');
}

/** Titles of refusals: what happened. The sentence below names the address, and what to do. */
const failureTitles: Readonly<Record<string, string>> = {
  'no-permission': 'No permission',
  busy: 'Port in use',
  refused: 'Connection refused',
  'not-a-port': 'Not a port',
};

export function failureTitle(reason: string, address: string): string {
  if (reason === 'not-found') return isSerial(address) ? 'Port not found' : 'Host not found';
  return failureTitles[reason] ?? 'Could not connect';
}

/** An address as a person says it. */
export function describeAddress(address: string): string {
  return address === SIMULATED ? 'the simulated board' : address;
}
