import type { ScalarType } from './fields';

/** Elements of a vector, one by one. */
export function scalarsOf(view: DataView, count: number, width: number, scalar: ScalarType): (number | bigint)[] {
  const values: (number | bigint)[] = [];
  for (let i = 0; i < count; i++) values.push(scalarAt(view, i * width, scalar));
  return values;
}

export function scalarAt(view: DataView, offset: number, scalar: ScalarType): number | bigint {
  switch (scalar) {
    case 'bool':
    case 'ubyte':
      return view.getUint8(offset);
    case 'byte':
      return view.getInt8(offset);
    case 'short':
      return view.getInt16(offset, true);
    case 'ushort':
      return view.getUint16(offset, true);
    case 'int':
      return view.getInt32(offset, true);
    case 'uint':
      return view.getUint32(offset, true);
    case 'float':
      return view.getFloat32(offset, true);
    case 'long':
      return numberIfExact(view.getBigInt64(offset, true));
    case 'ulong':
      return numberIfExact(view.getBigUint64(offset, true));
  }
}

function numberIfExact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The byte order of typed arrays; a file's is little-endian. */
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A copy of packed floats. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  const values = new Float32Array(bytes.byteLength / 4);
  if (isLittleEndian) new Uint8Array(values.buffer).set(bytes);
  else {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
  }
  return values;
}

/** Packed 64-bit integers; null when one of them has more than 32 bits. */
export function intsOf(bytes: Uint8Array): Int32Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Int32Array(bytes.byteLength / 8);
  for (let i = 0; i < values.length; i++) {
    const low = view.getInt32(8 * i, true);
    if (view.getInt32(8 * i + 4, true) !== low >> 31) return null;
    values[i] = low;
  }
  return values;
}
