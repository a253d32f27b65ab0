import type { ArenaPlace } from '../targets/fit';
import type { Answer } from './inspectAnswer';

export type Severity = 'error' | 'warning' | 'info';

export interface LintFinding {
  /** `tinyml/arena-above-region`. */
  readonly rule: string;
  readonly severity: Severity;
  /** Index of the node in the main graph; null for the whole model. */
  readonly node: number | null;
  readonly message: string;
  /** What to do about it; more in docs/lint.md under the rule's name. */
  readonly help?: string;
}

export interface RegionUse {
  readonly name: string;
  readonly kind: 'ram' | 'flash';
  /** Capacity. */
  readonly bytes: number;
  /** What the model takes of it; 0 where it is not placed. */
  readonly used: number;
  /** What the firmware takes of it besides; null when none is given. */
  readonly firmware: number | null;
}

/** A firmware beside the model, in bytes. */
export interface FirmwareAnswer {
  /** The file's name. */
  readonly name: string;
  readonly ram: number;
  readonly flash: number;
  /** What each section takes of a region: data with start values takes RAM and flash both. */
  readonly sections: readonly { readonly name: string; readonly region: string; readonly bytes: number }[];
  /** An arena that is linked in; left out of the figures, as the model's own need takes its place. */
  readonly arena: { readonly name: string; readonly bytes: number } | null;
  /** The model, linked in; left out of the figures, as it is counted on its own. */
  readonly model: { readonly name: string; readonly bytes: number } | null;
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
  readonly flash: {
    readonly weights: number;
    /** The file, data outside it included. */
    readonly model: number;
    /** Interpreter and kernels; null where it was not measured. */
    readonly code: number | null;
    /** Model and code. */
    readonly total: number | null;
    /** What the bytes of the file are for, the most first; empty where its format does not say. */
    readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  };
  readonly fits: {
    /** Null when there is no board or the need is unknown. */
    readonly ram: boolean | null;
    readonly flash: boolean | null;
    readonly regions: readonly RegionUse[];
    /** The region inside the chip that holds the arena; null when none does, or the need is not known. */
    readonly arena: ArenaPlace | null;
    /** Where an arena that fits no region inside the chip would fit otherwise. */
    readonly options: readonly ArenaPlace[];
  };
  /** Null when no firmware is given. */
  readonly firmware: FirmwareAnswer | null;
  readonly latencyMs: { readonly low: number; readonly high: number; readonly source: string } | null;
  readonly lint: readonly LintFinding[];
}
