/** The accelerometer of the simulated board: a made-up motion, the same on every run. */

export const GESTURES = ['idle', 'wave', 'updown', 'snake'] as const;
export type Gesture = (typeof GESTURES)[number];

export interface Acceleration {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

const GRAVITY = 9.81;

/** What is acted, and for how many milliseconds, over and over. */
const script: readonly (readonly [Gesture, number])[] = [
  ['idle', 1800],
  ['wave', 2600],
  ['idle', 750],
  ['updown', 2400],
  ['snake', 1850],
  ['idle', 600],
  ['wave', 1900],
  ['idle', 1400],
  ['snake', 2300],
  ['updown', 1700],
];
const scriptMs = script.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);

/** An arm neither starts nor stops at once. */
const EASE_MS = 300;

/** The gesture acted at a time since the board started, and how far it has swung up, 0 to 1. */
function actAt(timeMs: number): { readonly gesture: Gesture; readonly strength: number } {
  let since = timeMs % scriptMs;
  for (const [gesture, milliseconds] of script) {
    if (since < milliseconds) {
      return { gesture, strength: Math.min(1, since / EASE_MS, (milliseconds - since) / EASE_MS) };
    }
    since -= milliseconds;
  }
  return { gesture: 'idle', strength: 1 };
}

/** The gesture acted at a time since the board started. */
export function gestureAt(timeMs: number): Gesture {
  return actAt(timeMs).gesture;
}

/** Metres per second squared, gravity included, at a time since the board started. */
export function accelerationAt(timeMs: number): Acceleration {
  const { gesture, strength } = actAt(timeMs);
  const turns = (hertz: number, amplitude: number): number =>
    strength * amplitude * Math.sin(2 * Math.PI * hertz * (timeMs / 1000));
  const tick = Math.floor(timeMs);
  const still = { x: 0.3 + 0.25 * noise(tick, 1), y: 0.5 + 0.25 * noise(tick, 2), z: GRAVITY + 0.25 * noise(tick, 3) };
  switch (gesture) {
    case 'idle':
      return still;
    case 'wave':
      return {
        x: still.x + turns(1.25, 7.6) + turns(2.5, 1.4),
        y: still.y + turns(1.25, 2.2),
        z: still.z + turns(2.5, 0.8),
      };
    case 'updown':
      return { x: still.x + turns(1.4, 0.7), y: still.y + turns(0.7, 0.5), z: still.z + turns(1.4, 8.4) };
    case 'snake':
      return { x: still.x + turns(0.8, 4.1), y: still.y + turns(1.1, 5.6), z: still.z + turns(1.6, 1.2) };
  }
}

/** Repeatable noise in [-1, 1) from a position and a channel: an integer hash. */
export function noise(position: number, channel: number): number {
  let bits = Math.imul(position ^ Math.imul(channel, 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  bits ^= bits >>> 16;
  return (bits >>> 0) / 2 ** 31 - 1;
}
