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

/**
 * Bars of the regions that the model or the firmware are placed in; a kind that nothing is placed in has no bar. What
 * the firmware takes comes first, then the model, then what is left.
 */
export function fitBars(profile: ProfileAnswer, planner: string | null): readonly FitBar[] {
  const placed = profile.fits.regions.filter((region) => region.used > 0 || (region.firmware ?? 0) > 0);
  return placed.map((region) => {
    const firmware = firmwareParts(profile, region);
    const model = region.used === 0 ? null : region.kind === 'ram' ? ramParts(profile, planner) : flashParts(profile);
    const parts = { segments: [...firmware, ...(model?.segments ?? [])], missing: model?.missing ?? '' };
    return fitBar(region, parts, isLowerBound(profile, region));
  });
}

/** Sections named in the note of a firmware's segment; more would not be read. */
const SECTIONS_NAMED = 4;

function firmwareParts({ firmware }: ProfileAnswer, region: RegionUse): readonly FitSegment[] {
  if (firmware === null || region.firmware === null || region.firmware === 0) return [];
  const sections = firmware.sections
    .filter((section) => section.region === region.name)
    .toSorted((a, b) => b.bytes - a.bytes);
  const named = sections.slice(0, SECTIONS_NAMED).map(({ name, bytes }) => `${name} ${formatInteger(bytes)} B`);
  const rest = sections.length - named.length;
  const note = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(' · ');
  return [{ name: 'Firmware', note: `${firmware.name}: ${note}`, bytes: region.firmware, color: 'var(--c-6)' }];
}

interface Parts {
  readonly segments: readonly FitSegment[];
  readonly missing: string;
}

function ramParts(profile: ProfileAnswer, planner: string | null): Parts {
  const { planned, persistent, total, minimum } = profile.arena;
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
  if (total !== null && minimum !== null && minimum > total) {
    const note = mark(profile, 'arena.minimum', 'AllocateTensors needs it while it plans');
    segments.push({ name: 'Arena, start-up', note, bytes: minimum - total, color: 'var(--c-3)' });
  }
  return { segments, missing: missingInRam(profile) };
}

/** A firmware that sets its stack aside counts it itself. */
function missingInRam({ arena, firmware }: ProfileAnswer): string {
  const hasStack = firmware?.sections.some((section) => /stack/i.test(section.name)) ?? false;
  const others = [
    ...(arena.persistent === null ? ['persistent arena bytes'] : []),
    ...(firmware === null ? ['firmware'] : []),
    ...(hasStack ? [] : ['stack']),
  ];
  return others.length === 0 ? '' : onTop(others);
}

/** What the bytes beside weights are for, the most first: what Strip can leave out is among them. */
function overheadParts({ flash }: ProfileAnswer): string {
  const parts = flash.parts.filter(({ name }) => name !== 'constants').slice(0, 4);
  if (parts.length === 0) return 'names, quantization parameters, tables';
  return parts.map(({ name, bytes }) => `${name} ${formatBinary(bytes)}`).join(', ');
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
    const note = mark(profile, 'flash.model', overheadParts(profile));
    segments.push({ name: 'Model overhead', note, bytes: overhead, color: 'var(--c-4)' });
  }
  if (code !== null && profile.firmware === null) {
    const note = mark(profile, 'flash.code', 'the operators’ kernels');
    segments.push({ name: 'Kernels', note, bytes: code, color: 'var(--c-3)' });
  }
  if (profile.firmware !== null) return { segments, missing: '' };
  return { segments, missing: onTop(code === null ? ['kernels', 'firmware'] : ['firmware']) };
}

/** "Firmware and stack come on top." */
function onTop(names: readonly string[]): string {
  const last = names.at(-1)!;
  const listed = names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
  return `${listed[0]!.toUpperCase()}${listed.slice(1)} ${names.length === 1 ? 'comes' : 'come'} on top.`;
}

function fitBar(region: RegionUse, parts: Parts, unsure: boolean): FitBar {
  const used = region.used + (region.firmware ?? 0);
  const free = region.bytes - used;
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
    used,
    segments: parts.segments,
    missing: parts.missing,
    level,
    verdict: verdicts[level],
  };
}

function mark(profile: ProfileAnswer, key: string, note: string): string {
  return isEstimated(profile, key) ? `estimate · ${note}` : note;
}
