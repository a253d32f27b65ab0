import { externalRegionsFor, largestRegion } from '../fit';
import type { Board, BoardRegion } from '../board';
import type { LintSubject, RuleFinding } from './finding';

/** The arena is larger than every internal RAM region. */
export function arenaAboveRegion({ board, need }: LintSubject): readonly RuleFinding[] {
  const region = board && largestRegion(board, 'ram');
  if (!board || !region || need.arena === null || need.arena <= region.bytes) return [];
  const message = `Activations take ${kibibytes(need.arena)}; the largest memory inside ${board.name} is ${region.name} with ${kibibytes(region.bytes)}.`;
  return [
    {
      rule: 'tinyml/arena-above-region',
      severity: 'error',
      node: null,
      message: message + otherwise(board, 'ram', need.arena),
    },
  ];
}

/** The model is larger than the flash it is stored in. */
export function weightsAboveFlash({ board, need }: LintSubject): readonly RuleFinding[] {
  const region = board && largestRegion(board, 'flash');
  if (!board || !region || need.flash <= region.bytes) return [];
  const message = `The model takes ${kibibytes(need.flash)}; ${board.name} has ${kibibytes(region.bytes)} of flash.`;
  return [
    {
      rule: 'tinyml/weights-above-flash',
      severity: 'error',
      node: null,
      message: message + otherwise(board, 'flash', need.flash),
    },
  ];
}

function otherwise(board: Board, kind: BoardRegion['kind'], bytes: number): string {
  const [external] = externalRegionsFor(board, kind, bytes);
  return external ? ` It would fit ${external.name}, outside the chip and slower.` : '';
}

function kibibytes(bytes: number): string {
  return `${(bytes / 1024).toLocaleString('en', { maximumFractionDigits: 1 })} KiB`;
}
