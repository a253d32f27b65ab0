import type { ClassScore } from '../../sessionViews';

/**
 * What the TFLM examples print (tensorflow/tflite-micro, tensorflow/tflite-micro-arduino-examples and
 * espressif/esp-tflite-micro, `examples/`), as scores 0 to 1.
 */

const HEARD = /^Heard (\S+) \((\d+(?:\.\d+)?)\) @(\d+)ms$/;
const DETECTED = /^Detected\s+(\S+), score: (\d+(?:\.\d+)?)$/;
const PERSON_RAW = /^person score:\s*(-?\d+),? no person score:?\s*(-?\d+)$/;
const PERSON_PERCENT = /^person score:\s*(\d+)%, no person score:?\s*(\d+)%$/;
const PERSON_ARDUINO = /^Person score: (\d+)\.(\d+)% No person score: (\d+)\.(\d+)%$/;
const FOUND = /^Found (.+) \((\d+)\.(\d+)%\)$/;

export function readDetection(text: string): readonly ClassScore[] | null {
  switch (text[0]) {
    case 'H':
      return readKeyword(HEARD.exec(text));
    case 'D':
      return readKeyword(DETECTED.exec(text));
    case 'F':
      return readFound(text);
    case 'p':
    case 'P':
      return readPerson(text);
    default:
      return null;
  }
}

/** An integer is the uint8 score of the recognizer (255 is certain), a number with a point a probability. */
function readKeyword(match: RegExpExecArray | null): readonly ClassScore[] | null {
  if (!match) return null;
  const [, label, score] = match as unknown as [string, string, string];
  return [{ label, score: score.includes('.') ? Number(score) : Number(score) / 255 }];
}

function readFound(text: string): readonly ClassScore[] | null {
  const match = FOUND.exec(text);
  return match ? [{ label: match[1]!, score: percent(match[2]!, match[3]!) }] : null;
}

function readPerson(text: string): readonly ClassScore[] | null {
  const arduino = PERSON_ARDUINO.exec(text);
  if (arduino) return scores(percent(arduino[1]!, arduino[2]!), percent(arduino[3]!, arduino[4]!));
  const whole = PERSON_PERCENT.exec(text);
  if (whole) return scores(Number(whole[1]) / 100, Number(whole[2]) / 100);
  const raw = PERSON_RAW.exec(text);
  return raw ? scores(...fromOutput(Number(raw[1]), Number(raw[2]))) : null;
}

/** The Arduino examples print the hundredths of a percent without padding: "81.5%" is 81.05 %. */
function percent(whole: string, hundredths: string): number {
  return (Number(whole) * 100 + Number(hundredths)) / 10_000;
}

/** Softmax outputs have scale 1/256; the zero point is -128 for int8, 0 for the older uint8 model. They sum to one. */
function fromOutput(person: number, noPerson: number): [number, number] {
  const zeroPoint = person + noPerson > 128 ? 0 : -128;
  return [(person - zeroPoint) / 256, (noPerson - zeroPoint) / 256];
}

function scores(person: number, noPerson: number): readonly ClassScore[] {
  return [
    { label: 'person', score: person },
    { label: 'no person', score: noPerson },
  ];
}
