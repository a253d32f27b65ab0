import type { Answer } from './inspectAnswer';

export type Severity = 'error' | 'warning' | 'info';

export interface LintFinding {
  /** `tinyml/arena-above-region`. */
  readonly rule: string;
  readonly severity: Severity;
  /** Index of the node in the main graph; null for the whole model. */
  readonly node: number | null;
  readonly message: string;
}

export interface RegionUse {
  readonly name: string;
  readonly kind: 'ram' | 'flash';
  /** Capacity. */
  readonly bytes: number;
  /** What the model takes of it; 0 where it is not placed. */
  readonly used: number;
}

/** `tinyml profile --json`. All in bytes. */
export interface ProfileAnswer extends Answer {
  readonly board: string | null;
  readonly runtime: string;
  readonly arena: {
    /** What `arena_used_bytes()` says: planned and persistent. */
    readonly total: number | null;
    readonly planned: number | null;
    /** The most that kernels' scratch buffers take at once, within what is planned. */
    readonly scratch: number | null;
    readonly persistent: number | null;
    /** The smallest arena that works. */
    readonly minimum: number | null;
    /** What the persistent bytes are for, the most first; empty where they are not known. */
    readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  };
  /** The most that is alive at once: no planner can do better without in-place operators. */
  readonly lowerBound: number | null;
  readonly flash: { readonly weights: number; readonly model: number; readonly code: number | null };
  readonly fits: {
    /** Null when there is no board or the need is unknown. */
    readonly ram: boolean | null;
    readonly flash: boolean | null;
    readonly regions: readonly RegionUse[];
  };
  readonly latencyMs: { readonly low: number; readonly high: number; readonly source: string } | null;
  readonly lint: readonly LintFinding[];
}
