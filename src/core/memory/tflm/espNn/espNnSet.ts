import type { KernelSet } from '../kernelRequests';

/** ESP-NN's optimized kernels: those in assembly for the ESP32-S3, or the generic ones of every other chip but the P4. */
export type EspNnSet = Extract<KernelSet, `esp-nn-${string}`>;

export function isEspNn(set: KernelSet): set is EspNnSet {
  return set.startsWith('esp-nn-');
}

/** The kernels that ESP-NN has for a chip; null for the ESP32-P4, whose are not modelled, and for other makers' chips. */
export function espNnSetOf(mcu: string): EspNnSet | null {
  if (!/^ESP32/i.test(mcu) || /^ESP32-?P4/i.test(mcu)) return null;
  return /^ESP32-?S3/i.test(mcu) ? 'esp-nn-s3' : 'esp-nn-generic';
}
