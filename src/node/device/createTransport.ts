import { existsSync } from 'node:fs';
import type { DeviceTransport } from '../../core/ports/deviceTransport';
import { SerialTransport } from './serialTransport';
import { SIMULATED_ADDRESS, SimulatedTransport } from './simulatedTransport';
import { TcpTransport } from './tcpTransport';

/** The transport for an address, not yet open. Throws a DeviceError for an address that cannot be one. */
export function createTransport(address: string, baudRate: number): DeviceTransport {
  if (address === SIMULATED_ADDRESS) return new SimulatedTransport();
  if (address.includes('://')) return new TcpTransport(address);
  return new SerialTransport(address, baudRate);
}

/** False when trying to open the address cannot succeed yet: cheaper to ask often than to open. */
export function mayBeThere(address: string): boolean {
  return !address.startsWith('/') || existsSync(address);
}
