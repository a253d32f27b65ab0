import { encodePng } from './png.mjs';

const sizePx = 128;
const imagesPerClass = 12;

/**
 * @typedef {(x: number, y: number) => number} Shape 1 inside, 0 outside, between on the edge
 * @typedef {(random: () => number) => Shape} ShapeMaker
 */

/** The two classes of the demonstration: told apart by shape alone, at any colour, size and place. @type {Record<string, ShapeMaker>} */
const shapes = {
  discs: (random) => {
    const [centreX, centreY] = [between(random, 0.3, 0.7) * sizePx, between(random, 0.3, 0.7) * sizePx];
    const radius = between(random, 0.15, 0.3) * sizePx;
    return (x, y) => clamp(radius - Math.hypot(x - centreX, y - centreY) + 0.5);
  },
  stripes: (random) => {
    const angle = random() * Math.PI;
    const period = between(random, 12, 32);
    return (x, y) => clamp(Math.sin(((x * Math.cos(angle) + y * Math.sin(angle)) * 2 * Math.PI) / period) * 2 + 0.5);
  },
};

/**
 * Draws a small calibration set, the same on every machine.
 * @returns {{path: string, bytes: Buffer}[]} PNG files, each class in a folder of its name
 */
export function drawImages() {
  return Object.entries(shapes).flatMap(([name, makeShape], classIndex) =>
    Array.from({ length: imagesPerClass }, (_, index) => ({
      path: `${name}/${String(index + 1).padStart(2, '0')}.png`,
      bytes: drawImage(makeShape, mulberry32(1 + classIndex * imagesPerClass + index)),
    })),
  );
}

/** A shape over a gradient. @param {ShapeMaker} makeShape @param {() => number} random */
function drawImage(makeShape, random) {
  const [top, bottom, ink] = [randomColour(random), randomColour(random), randomColour(random)];
  const shape = makeShape(random);
  return encodePng(sizePx, sizePx, (x, y) => mix(mix(top, bottom, y / sizePx), ink, shape(x, y)));
}

/** @typedef {readonly [number, number, number]} Colour */

/** @param {() => number} random @returns {Colour} */
const randomColour = (random) => [random() * 255, random() * 255, random() * 255];

/** @param {Colour} a @param {Colour} b @param {number} part of b, 0 to 1 @returns {Colour} */
const mix = (a, b, part) => [
  Math.round(a[0] + (b[0] - a[0]) * part),
  Math.round(a[1] + (b[1] - a[1]) * part),
  Math.round(a[2] + (b[2] - a[2]) * part),
];

/** @param {() => number} random @param {number} low @param {number} high */
const between = (random, low, high) => low + random() * (high - low);

/** @param {number} value */
const clamp = (value) => Math.min(1, Math.max(0, value));

/** Tommy Ettinger's 32-bit generator: small, and the same everywhere. @param {number} seed @returns {() => number} 0 to 1 */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
