import type { TransformAnswer } from '../core/answers/transformAnswer';
import { PIXEL_SCALES, type PixelScale } from '../core/datasets/picture';
import type { Progress, ReportProgress } from '../core/ports/progress';
import { runtimeById, runtimes } from '../core/targets/runtimes';
import type { RuntimeId } from '../core/targets/runtime';
import type { CommandArguments, OptionSpec } from './command';
import { UsageError } from './commandErrors';
import { alignColumns, formatBytes, formatCount } from './table';

/** Options that `quantize` and `prune` share. */
export const transformOptions = {
  output: { type: 'string', short: 'o', placeholder: 'FILE', help: 'the file to write, in the format of the model' },
  data: { type: 'string', placeholder: 'DIR', help: 'pictures, .npy, .npz, .wav or raw files; class folders allowed' },
  limit: { type: 'string', placeholder: 'N', default: '256', help: 'samples to use at most' },
  scale: {
    type: 'string',
    placeholder: 'RANGE',
    default: '0..1',
    help: `scale pictures to ${PIXEL_SCALES.join(', ')}`,
  },
  runtime: { type: 'string', placeholder: 'ID', default: 'tflm', help: 'whose arena the figures are' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export function outputOf(args: CommandArguments): string {
  const output = args.text('output');
  if (output === undefined || output === '') throw new UsageError('-o FILE is missing');
  return output;
}

export function limitOf(args: CommandArguments): number {
  const limit = Number(args.text('limit'));
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError(`--limit ${args.text('limit') ?? ''} is no count`);
  return limit;
}

export function scaleOf(args: CommandArguments): PixelScale {
  return oneOf(PIXEL_SCALES, '--scale', args.text('scale'));
}

export function runtimeIdOf(args: CommandArguments): RuntimeId {
  const id = args.text('runtime') ?? '';
  const runtime = runtimeById(id);
  if (!runtime) throw new UsageError(`--runtime ${id} is none of ${runtimes.map((each) => each.id).join(', ')}`);
  return runtime.id;
}

export function oneOf<T extends string>(known: readonly T[], option: string, value: string | undefined): T {
  const found = known.find((each) => each === value);
  if (found === undefined) throw new UsageError(`${option} ${value ?? ''} is none of ${known.join(', ')}`);
  return found;
}

/** Progress on one line of a terminal; nothing where standard error is a file or a pipe. */
function terminalProgress(stream: NodeJS.WriteStream): { readonly report: ReportProgress; done(): void } {
  if (!stream.isTTY) return { report: () => undefined, done: () => undefined };
  return {
    report: (progress) => stream.write(`\r\x1b[K${progressLine(progress)}`),
    done: () => stream.write('\r\x1b[K'),
  };
}

function progressLine({ step, fraction, detail }: Progress): string {
  const share = fraction === null ? '' : ` ${Math.round(fraction * 100)} %`;
  return `${step}${share}${detail === undefined ? '' : ` (${detail})`}`;
}

/** The answer as lines for people. */
export function transformLines(answer: TransformAnswer): readonly string[] {
  const { before, after, estimated } = answer;
  const bytes = (key: string, value: number | null) =>
    value === null ? 'not known' : formatBytes(value) + (estimated.includes(key) ? ' (estimate)' : '');
  const count = (value: number | null) => (value === null ? 'not known' : formatCount(value));
  const rows = [
    ['file', bytes('', before.fileBytes), '->', bytes('', after.fileBytes)],
    ['gzip', bytes('', before.gzipBytes), '->', bytes('', after.gzipBytes)],
    ['arena', bytes('before.arena', before.arena), '->', bytes('after.arena', after.arena)],
    ['MACs', count(before.macs), '->', count(after.macs)],
    ['zero weights', count(before.zeroWeights), '->', count(after.zeroWeights)],
  ];
  return [
    `${answer.output}: ${answer.method}, ${answer.seconds.toFixed(1)} s`,
    ...alignColumns(rows),
    ...(answer.samples > 0 ? alignColumns(qualityRows(answer)) : []),
    '',
    ...answer.notes,
  ];
}

function qualityRows({ sqnrDb, cosine, top1Agreement, samples, estimated }: TransformAnswer): readonly string[][] {
  const mark = estimated.includes('sqnrDb') ? ' (estimate)' : '';
  return [
    ['outputs', sqnrDb === null ? 'no ratio' : `${sqnrDb.toFixed(1)} dB signal to noise${mark}`],
    ['cosine', cosine === null ? 'not known' : `${cosine.toFixed(5)}${mark}`],
    ...(top1Agreement === null ? [] : [['same class', `${(top1Agreement * 100).toFixed(1)} %${mark}`]]),
    ['samples', formatCount(samples)],
  ];
}

/** Runs `work` with its progress on the terminal, which is cleared before anything else is printed. */
export async function withTerminalProgress<T>(work: (report: ReportProgress) => Promise<T>): Promise<T> {
  const progress = terminalProgress(process.stderr);
  try {
    return await work(progress.report);
  } finally {
    progress.done();
  }
}
