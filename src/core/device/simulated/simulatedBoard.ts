import { GESTURES, accelerationAt, gestureAt, noise } from './gestureSignal';

const SAMPLE_MS = 16; // 62.5 Hz, the rate of many accelerometers
const INFERENCE_MS = 128;
const WINDOW_MS = 1000;

const GREETING = [
  '',
  'Simulated board: four gestures, no hardware',
  'Edge Impulse text output, accelerometer as Teleplot lines',
  'Inferencing settings:',
  `\tInterval: ${SAMPLE_MS}.00 ms.`,
  `\tSample length: ${WINDOW_MS} ms.`,
  `\tNo. of classes: ${GESTURES.length}`,
  "Starting inferencing, press 'b' to break",
];

const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  'AT+HELP': ['Commands: AT+HELP, AT+CONFIG?, AT+RUNIMPULSE, AT+DEVICEID?; b stops a run.'],
  'AT+CONFIG?': ['===== Device info =====', 'ID: SIMULATED', 'Type: SIMULATED_BOARD', 'AT Version: 1.8.0'],
  'AT+DEVICEID?': ['SIMULATED'],
};

function refusal(command: string, upper: string): readonly string[] {
  return [upper.startsWith('AT+') ? `Command not found! (${command})` : `Not a valid AT command (${command})`];
}

const MAX_COMMAND_CHARS = 256;

/**
 * A board without hardware: prints what Edge Impulse firmware with four gesture classes would, and its accelerometer for
 * Teleplot; takes a few AT commands. Pure and repeatable: `advance` is its only clock.
 */
export class SimulatedBoard {
  #timeMs = 0;
  #nextSampleMs = 0;
  #nextInferenceMs = INFERENCE_MS;
  #running: boolean;
  #command = '';
  #output = '';

  /** `chatter: false` starts silent, until `AT+RUNIMPULSE`. */
  constructor({ chatter = true }: { readonly chatter?: boolean } = {}) {
    this.#running = chatter;
    if (chatter) this.#print(...GREETING);
  }

  /** Text of the next `milliseconds` of the board's life. */
  advance(milliseconds: number): string {
    this.#timeMs += milliseconds;
    for (; this.#nextSampleMs <= this.#timeMs; this.#nextSampleMs += SAMPLE_MS) {
      if (this.#running) this.#sample(this.#nextSampleMs);
      if (this.#nextInferenceMs > this.#nextSampleMs) continue;
      if (this.#running) this.#infer(this.#nextInferenceMs);
      this.#nextInferenceMs += INFERENCE_MS;
    }
    const output = this.#output;
    this.#output = '';
    return output;
  }

  /** Text that the host sent; a command ends with `\r` or `\n`. The answer comes with the next `advance`. */
  receive(text: string): void {
    for (const character of text) {
      if (character !== '\r' && character !== '\n') {
        if (this.#command.length < MAX_COMMAND_CHARS) this.#command += character;
      } else {
        if (this.#command !== '') this.#execute(this.#command.trim());
        this.#command = '';
      }
    }
  }

  #execute(command: string): void {
    const upper = command.toUpperCase();
    if (upper === 'B') {
      if (this.#running) this.#print('Inferencing stopped by user');
      this.#running = false;
    } else if (upper === 'AT+RUNIMPULSE' || upper === 'AT+RUNIMPULSECONT') {
      this.#running = true;
      this.#print(...GREETING.slice(3));
    } else this.#print(...(ANSWERS[upper] ?? refusal(command, upper)));
  }

  #sample(timeMs: number): void {
    const { x, y, z } = accelerationAt(timeMs);
    for (const [name, value] of [
      ['accX', x],
      ['accY', y],
      ['accZ', z],
    ] as const) {
      this.#print(`>${name}:${timeMs}:${value.toFixed(2)}§m/s²`);
    }
  }

  #infer(timeMs: number): void {
    const tick = timeMs / INFERENCE_MS;
    const slow = noise(tick, 11) > 0.94 ? 3 + Math.round(4 * (1 + noise(tick, 12))) : 0;
    const dsp = 18 + Math.round(1.2 * noise(tick, 13)) + slow;
    this.#print(`Timing: DSP ${dsp} ms, inference ${4 + (noise(tick, 14) > 0.6 ? 1 : 0)} ms, anomaly 0 ms`);
    this.#print('#Classification predictions:');
    const scores = classify(timeMs);
    for (const [index, label] of GESTURES.entries()) this.#print(`  ${label}: ${scores[index]!.toFixed(6)}`);
    const certainty = Math.max(...scores);
    this.#print(`Anomaly prediction: ${(0.35 - 0.6 * certainty + 0.04 * noise(tick, 15)).toFixed(6)}`);
  }

  #print(...lines: readonly string[]): void {
    for (const line of lines) this.#output += `${line}\r\n`;
  }
}

/** The share of each gesture in the last second, blurred, in steps of 1/256 as an int8 softmax has them. */
function classify(timeMs: number): number[] {
  const weights = GESTURES.map((_, index) => 1.2 + 0.8 * noise(timeMs, 20 + index));
  for (let ageMs = 0; ageMs < WINDOW_MS; ageMs += SAMPLE_MS) {
    const gesture = gestureAt(Math.max(0, timeMs - ageMs));
    weights[GESTURES.indexOf(gesture)]! += 1 - (0.6 * ageMs) / WINDOW_MS;
  }
  const total = weights.reduce((sum, weight) => sum + weight ** 2, 0);
  return weights.map((weight) => Math.min(255, Math.round((256 * weight ** 2) / total)) / 256);
}
