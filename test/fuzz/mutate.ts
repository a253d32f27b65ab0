/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What lengths, counts, offsets and dimensions break at. */
const INTERESTING = [
  ...[0, 1, 2, 3, 4, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0xfffff, 0x1000000],
  ...[0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffc, 0xffffffff],
];

type Mutation = (bytes: Uint8Array, pick: (below: number) => number) => Uint8Array;

const flipBits: Mutation = (bytes, pick) => {
  for (let count = 1 + pick(8); count > 0; count--) bytes[pick(bytes.length)]! ^= 1 << pick(8);
  return bytes;
};

const setBytes: Mutation = (bytes, pick) => {
  for (let count = 1 + pick(4); count > 0; count--) bytes[pick(bytes.length)] = pick(256);
  return bytes;
};

const cut: Mutation = (bytes, pick) => bytes.slice(0, pick(bytes.length));

/** A 32-bit field somewhere, aligned as flatbuffers are or not as others. */
const setWord: Mutation = (bytes, pick) => {
  if (bytes.length < 8) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let count = 1 + pick(3); count > 0; count--) {
    const at = pick(bytes.length - 7);
    view.setUint32(pick(2) === 0 ? at : at & ~3, INTERESTING[pick(INTERESTING.length)]!, true);
  }
  return bytes;
};

/** A varint that counts more than there is: ten bytes of which the last ends it. */
const growVarint: Mutation = (bytes, pick) => {
  const at = pick(bytes.length);
  const width = 1 + pick(9);
  for (let index = 0; index < width && at + index < bytes.length; index++) bytes[at + index] = 0x80 | pick(128);
  return bytes;
};

/** A piece of the file repeated in place: lists grow, messages nest, offsets shift. */
const repeatPiece: Mutation = (bytes, pick) => {
  const from = pick(bytes.length);
  const piece = bytes.subarray(from, from + 1 + pick(64));
  const times = 1 + pick(40);
  const longer = new Uint8Array(bytes.length + piece.length * times);
  longer.set(bytes.subarray(0, from));
  for (let index = 0; index < times; index++) longer.set(piece, from + index * piece.length);
  longer.set(bytes.subarray(from), from + piece.length * times);
  return longer;
};

const dropPiece: Mutation = (bytes, pick) => {
  const from = pick(bytes.length);
  const length = 1 + pick(32);
  const shorter = new Uint8Array(Math.max(0, bytes.length - length));
  shorter.set(bytes.subarray(0, from).subarray(0, shorter.length));
  shorter.set(bytes.subarray(from + length), Math.min(from, shorter.length));
  return shorter;
};

/** A piece from elsewhere: fields of one kind where another is meant. */
const copyPiece: Mutation = (bytes, pick) => {
  const from = pick(bytes.length);
  const length = 1 + pick(64);
  bytes.copyWithin(pick(bytes.length), from, from + length);
  return bytes;
};

const MUTATIONS = [flipBits, setBytes, cut, setWord, setWord, growVarint, repeatPiece, dropPiece, copyPiece];

/** A damaged copy: one to three mutations. */
export function mutated(original: Uint8Array, random: () => number): Uint8Array {
  const pick = (below: number): number => Math.floor(random() * below);
  let bytes: Uint8Array = original.slice();
  for (let count = 1 + pick(3); count > 0 && bytes.length > 0; count--) {
    bytes = MUTATIONS[pick(MUTATIONS.length)]!(bytes, pick);
  }
  return bytes;
}
