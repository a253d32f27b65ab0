/** A board behind a real serial device. */
export interface SimulatedBoardPort {
  /** The serial device; stays the same over replugs. */
  readonly path: string;
  /** The device vanishes, as when a cable is pulled. */
  unplug(): Promise<void>;
  /** It is back, on the same path, and the board has started anew. */
  replug(): Promise<void>;
  /** Sends `floodBytes(count)`; whatever the reader's pace, nothing is lost on the way. */
  flood(count: number, bytesPerSecond: number): Promise<void>;
  stop(): Promise<void>;
}

/** `chatter: false` starts silent, until AT+RUNIMPULSE. */
export function startSimulatedBoard(options?: { readonly chatter?: boolean }): Promise<SimulatedBoardPort>;

/** Why this machine cannot have one, or null when it can. */
export function whyNoSimulatedBoard(): string | null;
