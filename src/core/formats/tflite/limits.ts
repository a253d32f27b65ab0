/** What a TFLite file may ask of the reader. Each bound is far above any real file and far below what would hurt. */

/** Operators or tensors in one list: the largest language models have some 100,000. */
export const maxListLength = 1_000_000;

/** Bytes of one name or other text: attribute text of composites can be long, a megabyte of it is damage. */
export const maxTextBytes = 1 << 20;

/** Dimensions of a tensor: no runtime goes beyond 8, but a file with more should still open. */
export const maxRank = 64;

/** Elements of a constant that shape inference reads (paddings, axes, permutations, split sizes). */
export const maxIndexElements = 256;

/** Scales of a blockwise scheme read into memory: 4 M are a 128 M weight tensor in blocks of 32. */
export const maxBlockScales = 1 << 22;

/** Metadata up to this many bytes is shown when it is text. */
export const maxMetadataText = 256;

/** Notes of one kind before they are summed up: nobody reads a thousand of the same sentence. */
export const maxNotesOfAKind = 5;

/**
 * How often the reader may have read each byte on average. Tables and vectors of a real file are pointed to once, a few
 * times where a converter shares strings; a small hostile file can point a million times to one long vector.
 */
export const maxAmplification = 16;

/** Reading allowed whatever the size, so that tiny files that share everything still open. */
export const freeReadingBytes = 1 << 20;

/** Layouts of tables kept while a file is read: real files share some tens of them. */
export const maxLayouts = 4096;

/** Flatbuffers address with 31 bits; what lies beyond is referred to by the 64-bit offset fields. */
export const maxFlatbufferBytes = 2 ** 31 - 1;

/** Options of a custom operator up to this many bytes are an attribute; whole compiled networks are left in the file. */
export const maxShownOptionBytes = 64 * 1024;

/** Alignment of constants in the file, and of code behind it: kernels, DMA engines and NPUs read them in place. */
export const bufferAlignment = 16;
