import { ModelError } from '../ir/errors';
import { readWav, type Sound } from './wav';

/** A sound as a model is fed with it. */
export interface MonoSound {
  /** −1 to 1, one after another. */
  readonly samples: Float32Array;
  /** What was done to it: ends of a sentence that begins with what it is. */
  readonly notes: readonly string[];
}

/** Beyond this a rate is a slip of the finger; sound cards end at 384 kHz. */
const MAX_RATE = 1_000_000;

/**
 * A WAV file as one channel: the mean of its channels, resampled to `rate` hertz where one is given. Throws ModelError
 * `bad-data`.
 */
export function monoSound(bytes: Uint8Array, rate: number | null): MonoSound {
  const sound = readWav(bytes);
  const notes: string[] = [];
  if (sound.channels > 1) notes.push(`its ${sound.channels} channels are mixed to one`);
  const mono = mixed(sound);
  if (rate === null) notes.push(`taken at the ${sound.sampleRate} Hz that it was recorded at`);
  if (rate === null || rate === sound.sampleRate) return { samples: mono, notes };
  if (sound.sampleRate < 1 || sound.sampleRate > MAX_RATE) {
    throw new ModelError('bad-data', `The file says that its sample rate is ${sound.sampleRate} Hz.`);
  }
  notes.push(`resampled from ${sound.sampleRate} Hz to ${rate} Hz`);
  return { samples: resample(mono, sound.sampleRate, rate), notes };
}

function mixed({ samples, channels }: Sound): Float32Array {
  if (channels === 1) return samples;
  const mono = new Float32Array(Math.floor(samples.length / channels));
  for (let frame = 0; frame < mono.length; frame += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += samples[frame * channels + channel]!;
    mono[frame] = sum / channels;
  }
  return mono;
}

/** Zero crossings of the filter on either side: some 60 dB of what would fold back is gone. */
const CROSSINGS = 16;

/**
 * Band-limited resampling, rates in hertz: the sum of the samples around each moment weighted by a Hann-windowed sinc that
 * cuts at half the lower rate. `round(n · to / from)` samples; the sound is silent before its beginning and after its end.
 * Source of the method: J. O. Smith, "Digital Audio Resampling Home Page", CCRMA.
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  const cutoff = Math.min(1, to / from);
  const reach = CROSSINGS / cutoff;
  const result = new Float32Array(Math.round((samples.length * to) / from));
  for (let i = 0; i < result.length; i += 1) {
    const moment = (i * from) / to;
    const last = Math.min(samples.length - 1, Math.floor(moment + reach));
    let sum = 0;
    for (let k = Math.max(0, Math.ceil(moment - reach)); k <= last; k += 1) {
      sum += samples[k]! * weight((k - moment) * cutoff);
    }
    result[i] = sum * cutoff;
  }
  return result;
}

function weight(crossings: number): number {
  if (crossings === 0) return 1;
  const angle = Math.PI * crossings;
  return (Math.sin(angle) / angle) * (0.5 + 0.5 * Math.cos(angle / CROSSINGS));
}
