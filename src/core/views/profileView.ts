import type { ProfileAnswer } from '../answers/profileAnswer';
import type { MemoryView } from './memoryView';

export interface ProfileView {
  readonly profile: ProfileAnswer;
  /** Null when shapes are unknown: notes of `profile` say which. */
  readonly memory: MemoryView | null;
  readonly boardName: string | null;
  /** "nRF52840 · Cortex-M4F · 64 MHz". */
  readonly boardDetail: string | null;
  readonly runtimeName: string;
}
