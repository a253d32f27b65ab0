/** What a long piece of work says of itself. */
export interface Progress {
  /** A short phrase in the user's words: "Calibrating". */
  readonly step: string;
  /** 0 to 1 over the whole work, or null while it cannot be known. */
  readonly fraction: number | null;
  /** "148 of 256 images". */
  readonly detail?: string;
}

export type ReportProgress = (progress: Progress) => void;
