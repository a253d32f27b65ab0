/**
 * The fast kernels of the integer engine, exact to the plain ones in src/core/execute/integer/kernels: AssemblyScript
 * with SIMD, compiled by scripts/assembly.mjs. Memory is the caller's; addresses are bytes. Activations come widened to
 * int16 (pairs of them meet pairs of weights in one i32x4.dot_i16x8_s), with the zero point left in: the bias makes up
 * for it.
 *
 * What a block of 8 output channels needs after its sums, six vectors of 8 int32 in a row, `BLOCK` bytes: bias,
 * multiplier, 2^left shift, half of 2^right shift (0 without one), -1 where there is a right shift, 2^(30 - right shift).
 */
const BLOCK: usize = 192;

/** int8 to int16: `rows` rows of `count` elements, from rows in a row to rows `outStep` bytes apart. */
export function widen(input: usize, output: usize, rows: i32, count: i32, outStep: i32): void {
  for (let row = 0; row < rows; row++) {
    let from = input + row * count;
    let to = output + row * outStep;
    let left = count;
    while (left >= 16) {
      const bytes = v128.load(from);
      v128.store(to, i16x8.extend_low_i8x16_s(bytes));
      v128.store(to, i16x8.extend_high_i8x16_s(bytes), 16);
      from += 16;
      to += 32;
      left -= 16;
    }
    while (left > 0) {
      store<i16>(to, load<i8>(from));
      from += 1;
      to += 2;
      left--;
    }
  }
}

/** The same with one more, unused channel a pixel: `count` pixels of `channels`. */
export function widenSpaced(input: usize, output: usize, rows: i32, count: i32, channels: i32, outStep: i32): void {
  let from = input;
  for (let row = 0; row < rows; row++) {
    let to = output + row * outStep;
    for (let pixel = 0; pixel < count; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        store<i16>(to, load<i8>(from));
        from += 1;
        to += 2;
      }
      to += 2;
    }
  }
}

/** floor((a * b + 2^30) / 2^31) a lane: gemmlowp's SaturatingRoundingDoublingHighMul where b is positive. */
// @ts-ignore: decorator
@inline
function highMul(a: v128, b: v128): v128 {
  const nudge = i64x2.splat(1 << 30);
  const low = i64x2.shr_u(i64x2.add(i64x2.extmul_low_i32x4_s(a, b), nudge), 31);
  const high = i64x2.shr_u(i64x2.add(i64x2.extmul_high_i32x4_s(a, b), nudge), 31);
  // Only the low halves are kept, so that the kind of shift does not matter.
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6);
}

/** Four sums to four outputs before the zero point: gemmlowp's MultiplyByQuantizedMultiplier, two roundings. */
// @ts-ignore: decorator
@inline
function rescale(sum: v128, q: usize): v128 {
  const biased = i32x4.add(sum, v128.load(q));
  const product = highMul(i32x4.mul(biased, v128.load(q, 64)), v128.load(q, 32));
  const sign = v128.and(i32x4.shr_s(product, 31), v128.load(q, 128));
  const nudged = i32x4.add(i32x4.add(product, v128.load(q, 96)), sign);
  const right = v128.load(q, 160);
  const low = i64x2.shr_u(i64x2.extmul_low_i32x4_s(nudged, right), 30);
  const high = i64x2.shr_u(i64x2.extmul_high_i32x4_s(nudged, right), 30);
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6);
}

/** Eight sums to eight clamped outputs as int16. */
// @ts-ignore: decorator
@inline
function finish(low: v128, high: v128, q: usize, zero: v128, min: v128, max: v128): v128 {
  const narrow = i16x8.narrow_i32x4_s(rescale(low, q), rescale(high, q + 16));
  return i16x8.min_s(i16x8.max_s(i16x8.add_sat_s(narrow, zero), min), max);
}

// @ts-ignore: decorator
@inline
function storeSome(bytes: v128, out: usize, count: i32): void {
  if (count >= 8) {
    v128.store_lane<i64>(out, bytes, 0);
    return;
  }
  let left = i64x2.extract_lane(bytes, 0);
  for (let i = 0; i < count; i++) {
    store<i8>(out + i, <i8>left);
    left >>= 8;
  }
}

/**
 * Convolution as products of pixels and blocks of 8 channels. A pixel's window is `segments` runs of `pairs` pairs of
 * int16, at the byte offsets in `offsets`; `rowStep` and `pixelStep` lead to the next window. Weights of a block: for
 * each pair, 8 channels times 2.
 */
export function convolve(
  input: usize, offsets: usize, segments: i32, pairs: i32, rowStep: i32, pixelStep: i32,
  weights: usize, scales: usize, output: usize, rows: i32, columns: i32, channels: i32,
  zeroPoint: i32, low: i32, high: i32,
): void {
  const zero = i16x8.splat(<i16>zeroPoint);
  const min = i16x8.splat(<i16>low);
  const max = i16x8.splat(<i16>high);
  const blockBytes = segments * pairs * 32;
  const step1 = <usize>pixelStep;
  const step2 = step1 * 2;
  const step3 = step1 * 3;
  for (let first = 0; first < channels; first += 8) {
    const block = weights + (first >> 3) * blockBytes;
    const q = scales + <usize>(first >> 3) * BLOCK;
    const count = min32(channels - first, 8);
    for (let y = 0; y < rows; y++) {
      const row = input + y * rowStep;
      let x = 0;
      while (x < columns) {
        // The last four pixels may overlap those before: the same values are written again.
        if (columns >= 4) {
          if (x > columns - 4) x = columns - 4;
          let w = block;
          const base = row + x * pixelStep;
          let a0 = i32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
          for (let s = 0; s < segments; s++) {
            let p = base + load<i32>(offsets + (s << 2));
            const end = p + (pairs << 2);
            while (p < end) {
              const w0 = v128.load(w);
              const w1 = v128.load(w, 16);
              const va = v128.load_splat<i32>(p);
              a0 = i32x4.add(a0, i32x4.dot_i16x8_s(va, w0));
              a1 = i32x4.add(a1, i32x4.dot_i16x8_s(va, w1));
              const vb = v128.load_splat<i32>(p + step1);
              b0 = i32x4.add(b0, i32x4.dot_i16x8_s(vb, w0));
              b1 = i32x4.add(b1, i32x4.dot_i16x8_s(vb, w1));
              const vc = v128.load_splat<i32>(p + step2);
              c0 = i32x4.add(c0, i32x4.dot_i16x8_s(vc, w0));
              c1 = i32x4.add(c1, i32x4.dot_i16x8_s(vc, w1));
              const vd = v128.load_splat<i32>(p + step3);
              d0 = i32x4.add(d0, i32x4.dot_i16x8_s(vd, w0));
              d1 = i32x4.add(d1, i32x4.dot_i16x8_s(vd, w1));
              w += 32;
              p += 4;
            }
          }
          const ab = i8x16.narrow_i16x8_s(finish(a0, a1, q, zero, min, max), finish(b0, b1, q, zero, min, max));
          const cd = i8x16.narrow_i16x8_s(finish(c0, c1, q, zero, min, max), finish(d0, d1, q, zero, min, max));
          const out = output + (y * columns + x) * channels + first;
          storeSome(ab, out, count);
          storeSome(v128.shuffle<i64>(ab, ab, 1, 1), out + channels, count);
          storeSome(cd, out + 2 * channels, count);
          storeSome(v128.shuffle<i64>(cd, cd, 1, 1), out + 3 * channels, count);
          x += 4;
        } else {
          let w = block;
          const base = row + x * pixelStep;
          let a0 = i32x4.splat(0), a1 = a0;
          for (let s = 0; s < segments; s++) {
            let p = base + load<i32>(offsets + (s << 2));
            const end = p + (pairs << 2);
            while (p < end) {
              const va = v128.load_splat<i32>(p);
              a0 = i32x4.add(a0, i32x4.dot_i16x8_s(va, v128.load(w)));
              a1 = i32x4.add(a1, i32x4.dot_i16x8_s(va, v128.load(w, 16)));
              w += 32;
              p += 4;
            }
          }
          const one = finish(a0, a1, q, zero, min, max);
          storeSome(i8x16.narrow_i16x8_s(one, one), output + (y * columns + x) * channels + first, count);
          x += 1;
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function min32(a: i32, b: i32): i32 {
  return a < b ? a : b;
}

/**
 * Depthwise convolution with one filter a channel, 8 channels at once. Taps come in pairs (`tapPairs`; the last may be
 * with a weight of 0): `offsets` holds both byte offsets of each pair, and the weights of a block are, for each pair, 8
 * channels times 2. Reads up to 7 channels past a pixel's last.
 */
export function depthwise(
  input: usize, offsets: usize, tapPairs: i32, rowStep: i32, pixelStep: i32,
  weights: usize, scales: usize, output: usize, rows: i32, columns: i32, channels: i32,
  zeroPoint: i32, low: i32, high: i32,
): void {
  const zero = i16x8.splat(<i16>zeroPoint);
  const min = i16x8.splat(<i16>low);
  const max = i16x8.splat(<i16>high);
  for (let first = 0; first < channels; first += 8) {
    const block = weights + (first >> 3) * tapPairs * 32;
    const q = scales + <usize>(first >> 3) * BLOCK;
    const count = min32(channels - first, 8);
    for (let y = 0; y < rows; y++) {
      const row = input + y * rowStep + first * 2;
      let x = 0;
      while (x < columns) {
        // The second pixel of an odd row is the first again.
        const next = x + 1 < columns ? <usize>pixelStep : 0;
        const base = row + x * pixelStep;
        let a0 = i32x4.splat(0), a1 = a0, b0 = a0, b1 = a0;
        let w = block;
        let o = offsets;
        for (let t = 0; t < tapPairs; t++) {
          const p = base + load<i32>(o);
          const r = base + load<i32>(o, 4);
          const w0 = v128.load(w);
          const w1 = v128.load(w, 16);
          const p0 = v128.load(p);
          const r0 = v128.load(r);
          a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v128.shuffle<i16>(p0, r0, 0, 8, 1, 9, 2, 10, 3, 11), w0));
          a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v128.shuffle<i16>(p0, r0, 4, 12, 5, 13, 6, 14, 7, 15), w1));
          const p1 = v128.load(p + next);
          const r1 = v128.load(r + next);
          b0 = i32x4.add(b0, i32x4.dot_i16x8_s(v128.shuffle<i16>(p1, r1, 0, 8, 1, 9, 2, 10, 3, 11), w0));
          b1 = i32x4.add(b1, i32x4.dot_i16x8_s(v128.shuffle<i16>(p1, r1, 4, 12, 5, 13, 6, 14, 7, 15), w1));
          w += 32;
          o += 8;
        }
        const out = output + (y * columns + x) * channels + first;
        const ab = i8x16.narrow_i16x8_s(finish(a0, a1, q, zero, min, max), finish(b0, b1, q, zero, min, max));
        storeSome(ab, out, count);
        if (next != 0) storeSome(v128.shuffle<i64>(ab, ab, 1, 1), out + channels, count);
        x += 2;
      }
    }
  }
}

/** out[i] = table[a[i]][b[i]] of bytes. */
export function combine(a: usize, b: usize, table: usize, output: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<u8>(output + i, load<u8>(table + ((<usize>load<u8>(a + i)) << 8) + <usize>load<u8>(b + i)));
  }
}
