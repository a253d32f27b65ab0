/** A horizontal stretch of an edge in the gap below a layer. */
export interface Jog {
  readonly layer: number;
  readonly left: number;
  readonly right: number;
}

/** At most this many tracks lie in one gap; further jogs share the last ones. */
const MAX_TRACKS = 24;

export interface Tracks {
  /** Track of each jog, 0 at the top. */
  readonly trackOf: Int32Array;
  /** Tracks in the gap below each layer. */
  readonly counts: Int32Array;
}

/** Gives jogs that would lie on each other tracks of their own, gap by gap, from left to right. */
export function assignTracks(jogs: readonly Jog[], layerCount: number): Tracks {
  const trackOf = new Int32Array(jogs.length);
  const counts = new Int32Array(layerCount);
  const order = Array.from(jogs.keys());
  order.sort((a, b) => jogs[a]!.layer - jogs[b]!.layer || jogs[a]!.left - jogs[b]!.left || a - b);
  let ends: number[] = [];
  let layer = -1;
  for (const index of order) {
    const jog = jogs[index]!;
    if (jog.layer !== layer) {
      ends = [];
      layer = jog.layer;
    }
    const free = ends.findIndex((end) => end < jog.left);
    const track = free >= 0 ? free : ends.length < MAX_TRACKS ? ends.length : index % MAX_TRACKS;
    ends[track] = Math.max(ends[track] ?? -Infinity, jog.right);
    trackOf[index] = track;
    counts[layer] = ends.length;
  }
  return { trackOf, counts };
}
