import type { ProfileAnswer, RegionUse } from '../../src/core/answers/profileAnswer';
import { formatBinary, formatBytes } from '../shared/formatNumber';
import { isEstimated } from './estimated';

export interface FitVerdict {
  readonly level: 'ok' | 'warn' | 'bad' | 'none';
  /** "fits, 43.6 KiB free". */
  readonly short: string;
  /** "Fits RAM with 43.6 KiB to spare." */
  readonly sentence: string;
}

/** Less than this share of a region left is tight. */
const TIGHT_SHARE = 0.05;

const words = { ram: 'RAM', flash: 'flash' } as const;

/** How the model fits the board, as far as its need is known: the worst region speaks. */
export function fitVerdict(profile: ProfileAnswer): FitVerdict {
  if (profile.board === null) {
    return { level: 'none', short: 'no board chosen', sentence: 'No board is chosen, so there is no limit to fit.' };
  }
  const { ram, flash, regions } = profile.fits;
  const used = regions.filter((region) => region.used > 0);
  const worst = used.reduce<RegionUse | null>((a, b) => (a === null || freeShare(b) < freeShare(a) ? b : a), null);
  if (worst === null || (ram === null && flash === null)) {
    return { level: 'none', short: 'need unknown', sentence: 'What the model needs could not be computed.' };
  }
  const free = freeBytes(worst);
  if (ram === false || flash === false) return over(profile, worst, free);
  if (ram === null) {
    return { level: 'none', short: 'RAM unknown', sentence: 'The arena could not be computed, so RAM is not judged.' };
  }
  const most = isLowerBound(profile, worst) ? 'at most ' : '';
  if (freeShare(worst) < TIGHT_SHARE) {
    return {
      level: 'warn',
      short: `tight, ${most}${formatBinary(free)} free`,
      sentence: `Fits ${words[worst.kind]} with only ${most}${formatBytes(free)} to spare.`,
    };
  }
  const tightest = used.find((region) => region.kind === 'ram') ?? worst;
  const spare = freeBytes(tightest);
  return {
    level: 'ok',
    short: `fits, ${most}${formatBinary(spare)} free`,
    sentence: `Fits ${words[tightest.kind]} with ${most}${formatBytes(spare)} to spare.`,
  };
}

/** True when the arena is larger than the board's room for it. */
export function isRamOver(profile: ProfileAnswer): boolean {
  return profile.fits.ram === false;
}

/** Until all that goes into a region is counted, its use is a lower bound: more may be taken, never less. */
export function isLowerBound(profile: ProfileAnswer, region: RegionUse): boolean {
  return isEstimated(profile, `fits.${region.kind}`);
}

function over(profile: ProfileAnswer, region: RegionUse, free: number): FitVerdict {
  if (free >= 0) {
    return {
      level: 'bad',
      short: 'does not fit',
      sentence: 'Does not fit: no single region of the board is large enough.',
    };
  }
  const bytes = `${isLowerBound(profile, region) ? 'at least ' : ''}${formatBytes(-free)}`;
  const short = region.kind === 'flash' ? `flash over by ${bytes}` : `over by ${bytes}`;
  return { level: 'bad', short, sentence: `Does not fit ${words[region.kind]} by ${bytes}.` };
}

function freeBytes(region: RegionUse): number {
  return region.bytes - region.used - (region.firmware ?? 0);
}

function freeShare(region: RegionUse): number {
  return region.bytes > 0 ? freeBytes(region) / region.bytes : -1;
}
