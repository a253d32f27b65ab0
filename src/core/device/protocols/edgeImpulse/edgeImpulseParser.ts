import type { ClassScore, DetectedBox, InferenceView, LogLine } from '../../sessionViews';
import type { LineParser, ParserOutput } from '../lineProtocol';
import { readHeader, readSection } from './headerLines';
import type { Section, Timing } from './headerLines';
import { readAnomaly, readBox, readClass, readNumbers, readRegression } from './valueLines';

/** A result has no end mark: it is over when the next begins, or when the board has been quiet for this long. */
const QUIET_MS = 100;

/** Boxes or classes of one result: a stream that never ends its result must not grow it for ever. */
const MAX_ENTRIES = 10_000;

const PROMPT = '> ';
const STATE =
  /^(?:Inferencing settings:|Starting inferencing|Recording|Sampling\.\.\.|Taking photo|Inferencing stopped by user|Begin output|End output|Framebuffer: |\t(?:Interval|Frame size|Sample length|No\. of classes): )/;
const FACTS: readonly (readonly [prefix: string, name: string])[] = [
  ['AT Version: ', 'atVersion'],
  ['Type: ', 'deviceType'],
];

interface OpenResult {
  readonly timeMs: number;
  lastMs: number;
  readonly timing: Timing;
  section: Section | null;
  readonly classes: ClassScore[];
  readonly boxes: DetectedBox[];
  anomaly: number | null;
  /** Something was said besides the timing. */
  filled: boolean;
}

/** Edge Impulse firmware's text output, all four dialects. */
export class EdgeImpulseParser implements LineParser {
  readonly #output: ParserOutput;
  #open: OpenResult | null = null;

  constructor(output: ParserOutput) {
    this.#output = output;
  }

  line(line: string, timeMs: number): LogLine['level'] | null {
    const text = line.startsWith(PROMPT) ? line.slice(PROMPT.length) : line;
    const header = readHeader(text);
    if (header) {
      this.#finish();
      this.#begin(header, timeMs);
      return 'result';
    }
    if (this.#inside(text, timeMs)) return 'result';
    if (
      text.startsWith('ERR: ') ||
      text.startsWith('Not a valid AT command') ||
      text.startsWith('Command not found!')
    ) {
      return 'error';
    }
    for (const [prefix, name] of FACTS) {
      if (text.startsWith(prefix)) {
        this.#output.fact(name, text.slice(prefix.length).trim());
        return 'raw';
      }
    }
    return STATE.test(text) ? 'raw' : null;
  }

  settle(timeMs: number): void {
    if (this.#open && timeMs - this.#open.lastMs >= QUIET_MS) this.#finish();
  }

  #begin(timing: Timing, timeMs: number): void {
    this.#open = {
      timeMs,
      lastMs: timeMs,
      timing,
      section: null,
      classes: [],
      boxes: [],
      anomaly: null,
      filled: false,
    };
  }

  /** Takes a line that belongs to a result; a section without a header opens one without timing. */
  #inside(text: string, timeMs: number): boolean {
    const section = readSection(text);
    const regression = readRegression(text);
    if (!this.#open) {
      if ((section === null || !text.startsWith('#')) && regression === null) return false;
      this.#begin({}, timeMs);
    }
    const open = this.#open!;
    const taken = section !== null || regression !== null || this.#value(open, text);
    if (section !== null) open.section = section;
    if (regression !== null) open.classes.push({ label: 'value', score: regression });
    if (regression !== null) open.section = 'regression';
    if (taken) {
      open.lastMs = timeMs;
      open.filled = true;
    }
    return taken;
  }

  #value(open: OpenResult, text: string): boolean {
    const anomaly = readAnomaly(text);
    if (anomaly !== null) {
      open.anomaly = anomaly;
      return true;
    }
    if (open.classes.length + open.boxes.length >= MAX_ENTRIES) return false;
    return readEntries(open, text);
  }

  #finish(): void {
    const open = this.#open;
    this.#open = null;
    if (!open?.filled) return;
    const { timeMs, classes, boxes, anomaly, timing } = open;
    this.#output.result({ timeMs, kind: kindOf(open.section), classes, boxes, anomaly, timing });
  }
}

function readEntries(open: OpenResult, text: string): boolean {
  switch (open.section) {
    case null:
      return false;
    case 'freeform': {
      const values = readNumbers(text);
      if (!values) return false;
      for (const score of values.slice(0, MAX_ENTRIES)) open.classes.push({ label: `${open.classes.length}`, score });
      return true;
    }
    case 'classification':
    case 'regression': {
      const entry = readClass(text);
      if (entry) open.classes.push(entry);
      return entry !== null;
    }
    case 'detection':
    case 'visual': {
      const box = readBox(text);
      if (box) open.boxes.push(box);
      return box !== null || text.trim() === 'No objects found';
    }
  }
}

function kindOf(section: Section | null): InferenceView['kind'] {
  if (section === 'detection' || section === 'visual') return 'detection';
  return section === 'regression' || section === 'freeform' ? 'values' : 'classification';
}
