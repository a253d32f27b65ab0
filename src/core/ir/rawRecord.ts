/**
 * The record of the file that an object of the IR was read from. Only the same format's writer looks inside: it takes
 * from there what the IR does not model (unknown fields, documentation strings, big attributes), so that a read-write
 * round trip loses nothing. A transform keeps it by spreading the object, and drops it for objects of its own making.
 */
export interface RawRecord {
  readonly byteLength: number;
  read(): Uint8Array;
}
