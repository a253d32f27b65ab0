import type { ProfileAnswer, RegionUse } from '../../../src/core/answers/profileAnswer';
import { byteTicks } from '../../shared/axisTicks';
import { formatBinary, formatBytes, formatCapacity, formatInteger, formatPercent } from '../../shared/formatNumber';
import { isEstimated } from '../estimated';
import { isLowerBound } from '../fitVerdict';

export interface FitSegment {
  readonly name: string;
  readonly note: string;
  readonly bytes: number;
  /** A CSS colour. */
  readonly color: string;
}

/** One region of the board and what the model takes of it. */
export interface FitBar {
  readonly title: string;
  readonly kind: 'ram' | 'flash';
  readonly capacity: number;
  readonly used: number;
  readonly segments: readonly FitSegment[];
  /** What else takes room in this region but has no number here, in words. */
  readonly missing: string;
  readonly level: 'ok' | 'warn' | 'bad';
  /** "1,060 B over", "46.0 % free". */
  readonly verdict: string;
}

export interface GaugeTick {
  readonly bytes: number;
  readonly text: string;
}

const TICKS = 9;
/** Fewer where the axis goes on beyond the capacity: each then has its unit. */
const WIDE_TICKS = 5;

/**
 * Ticks of a bar's axis, which is `scale` bytes long: up to the capacity where that is most of it, over all of it where
 * the model is so much larger that ticks within the capacity would lie on one another.
 */
export function gaugeTicks(capacity: number, scale: number): readonly GaugeTick[] {
  if (capacity > scale / 2) {
    const unit = capacity >= 4 * 1024 * 1024 ? 1024 * 1024 : 1024;
    return byteTicks(0, capacity / unit, TICKS).map((tick) => ({ bytes: tick * unit, text: formatInteger(tick) }));
  }
  return byteTicks(0, scale, WIDE_TICKS)
    .filter((bytes) => bytes < 0.94 * scale)
    .map((bytes) => ({ bytes, text: formatCapacity(bytes) }));
}

/** Bars of the regions that the model is placed in; a kind that it is placed nowhere in has no bar. */
export function fitBars(profile: ProfileAnswer, planner: string | null): readonly FitBar[] {
  const placed = profile.fits.regions.filter((region) => region.used > 0);
  return placed.map((region) => {
    const parts = region.kind === 'ram' ? ramParts(profile, planner) : flashParts(profile);
    return fitBar(region, parts, isLowerBound(profile, region));
  });
}

interface Parts {
  readonly segments: readonly FitSegment[];
  readonly missing: string;
}

function ramParts(profile: ProfileAnswer, planner: string | null): Parts {
  const { planned, persistent } = profile.arena;
  const segments: FitSegment[] = [];
  if (persistent !== null) {
    const note = mark(profile, 'arena.persistent', 'tensor and node structures, quantization data');
    segments.push({ name: 'Arena, persistent', note, bytes: persistent, color: 'var(--c-4)' });
  }
  if (planned !== null) {
    const bound = profile.lowerBound === null ? '' : ` · at least ${formatBytes(profile.lowerBound)}`;
    const note = mark(profile, 'arena.planned', `${planner ?? 'planned tensors'}${bound}`);
    segments.push({ name: 'Arena, planned', note, bytes: planned, color: 'var(--c-1)' });
  }
  const missing =
    persistent === null ? 'Persistent arena bytes, firmware and stack come on top.' : 'Firmware and stack come on top.';
  return { segments, missing };
}

function flashParts(profile: ProfileAnswer): Parts {
  const { weights, model, code } = profile.flash;
  const segments: FitSegment[] = [
    {
      name: 'Weights',
      note: mark(profile, 'flash.weights', 'weights and biases'),
      bytes: weights,
      color: 'var(--c-1)',
    },
  ];
  const overhead = model - weights;
  if (overhead > 0) {
    const note = mark(profile, 'flash.model', 'names, quantization parameters, tables');
    segments.push({ name: 'Model overhead', note, bytes: overhead, color: 'var(--c-4)' });
  }
  if (code !== null) {
    const note = mark(profile, 'flash.code', 'the operators’ kernels');
    segments.push({ name: 'Kernels', note, bytes: code, color: 'var(--c-3)' });
  }
  const missing = code === null ? 'Kernels and firmware come on top.' : 'Firmware comes on top.';
  return { segments, missing };
}

function fitBar(region: RegionUse, parts: Parts, unsure: boolean): FitBar {
  const free = region.bytes - region.used;
  const share = region.bytes > 0 ? free / region.bytes : -1;
  const level = free < 0 ? 'bad' : share < 0.05 ? 'warn' : 'ok';
  const word = region.kind === 'ram' ? 'RAM' : 'Flash';
  const verdicts = {
    bad: `${unsure ? 'at least ' : ''}${formatBytes(-free)} over`,
    warn: `tight, ${unsure ? 'at most ' : ''}${formatBinary(free)} free`,
    ok: `${unsure ? 'at most ' : ''}${formatPercent(share)} free`,
  };
  const title = region.name.toLowerCase() === region.kind ? word : `${word}, ${region.name}`;
  return {
    title,
    kind: region.kind,
    capacity: region.bytes,
    used: region.used,
    segments: parts.segments,
    missing: parts.missing,
    level,
    verdict: verdicts[level],
  };
}

function mark(profile: ProfileAnswer, key: string, note: string): string {
  return isEstimated(profile, key) ? `estimate · ${note}` : note;
}
