import type { ReaderPorts } from '../core/formats/format';
import { needsHdf5 } from '../core/formats/keras/kerasFormat';
import type { ByteSource } from '../core/ports/byteSource';
import { loadHdf5 } from './hdf5/loadHdf5';

/** What reading this file needs beyond core. Loads it. */
export async function readerPortsFor(source: ByteSource): Promise<ReaderPorts> {
  return needsHdf5(source) ? { hdf5: await loadHdf5() } : {};
}
