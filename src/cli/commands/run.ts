import { basename } from 'node:path';
import type { RunAnswer, RunTensor } from '../../core/answers/runAnswer';
import { formatShape } from '../../core/ir/shape';
import { EXECUTORS, type ExecutorId } from '../../core/transforms/run/modelSession';
import type { RunInput, RunParameters } from '../../protocol/run';
import type { Command, CommandArguments } from '../command';
import { UsageError } from '../commandErrors';
import { shapesOf, shapeOption } from '../shapeOption';
import { alignColumns, formatCount } from '../table';
import { oneOf, scaleOf, transformOptions } from '../transformOptions';

/** More would take hours, and is a slip of the finger. */
const MAX_STEPS = 1_000_000;

/** Sound cards end at 384 kHz. */
const MAX_SOUND_RATE = 1_000_000;

export const runCommand: Command = {
  name: 'run',
  summary: 'the outputs of a model for given inputs, and where two runs part',
  operands: ['MODEL'],
  options: {
    input: {
      type: 'string',
      multiple: true,
      placeholder: '[NAME=]FILE',
      help: 'the value of an input: .npy, .npz, .png, .jpg, .wav or raw bytes; may be given for each input',
    },
    seed: {
      type: 'string',
      placeholder: 'N',
      help: 'fill the inputs that have no file with the same made-up values each time',
    },
    output: { type: 'string', short: 'o', placeholder: 'FILE.npz', help: 'write the tensors of the run' },
    steps: { type: 'string', placeholder: 'N', default: '1', help: 'runs one after another, state carried' },
    signature: { type: 'string', placeholder: 'KEY', help: 'the signature to enter a TFLite model by' },
    executor: { type: 'string', placeholder: 'ID', help: `${EXECUTORS.join(' or ')}; chosen by the model if left out` },
    shape: shapeOption,
    scale: transformOptions.scale,
    'sound-rate': { type: 'string', placeholder: 'HZ', help: 'resample sounds to this rate; as recorded if left out' },
    intermediates: { type: 'boolean', help: 'name and write what every operator makes, too' },
    against: {
      type: 'string',
      placeholder: 'FILE.npz',
      help: 'compare with a run written before; exit 1 when it differs',
    },
    tolerance: {
      type: 'string',
      placeholder: 'SHARE',
      help: "how far values may differ, as a share of the tensor's range (default 0 for integers, 1e-4 for floats)",
    },
  },
  async run(context) {
    const { args, signal } = context;
    const [path = ''] = args.operands;
    const parameters = parametersOf(args);
    const tolerance = toleranceOf(args.text('tolerance'));
    const { runModelFile } = await import('../../node/runModelFile');
    const answer = await runModelFile(
      {
        ...parameters,
        file: { path, name: basename(path) },
        observe: args.flag('intermediates'),
        output: args.text('output') ?? null,
        against: args.text('against') ?? null,
        tolerance,
      },
      signal,
    );
    context.answer(answer, () => runLines(answer));
    return answer.comparison?.first ? 1 : 0;
  },
};

function parametersOf(args: CommandArguments): Omit<RunParameters, 'observe'> {
  const inputs = args.texts('input').map(inputOf);
  const seed = args.text('seed');
  if (inputs.length === 0 && seed === undefined) {
    throw new UsageError('--input FILE or --seed N is missing: the model needs values for its inputs');
  }
  const executor = args.text('executor');
  return {
    inputs: seed === undefined ? inputs : [...inputs, { name: null, source: { kind: 'seed', seed: seedOf(seed) } }],
    scale: scaleOf(args),
    soundRate: rateOf(args.text('sound-rate')),
    steps: stepsOf(args.text('steps') ?? '1'),
    signature: args.text('signature') ?? null,
    executor: executor === undefined ? null : oneOf<ExecutorId>(EXECUTORS, '--executor', executor),
    shapes: shapesOf(args.texts('shape')),
  };
}

/** `NAME=FILE`, or a file alone; a name may hold colons and slashes, a file's folder an equals sign only after one. */
function inputOf(text: string): RunInput {
  const at = text.indexOf('=');
  const name = at > 0 ? text.slice(0, at) : null;
  return { name, source: { kind: 'file', path: text.slice(at > 0 ? at + 1 : 0) } };
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new UsageError(`--seed ${text} is no whole number from 0 to 4294967295`);
  }
  return seed;
}

function stepsOf(text: string): number {
  const steps = Number(text);
  if (!Number.isInteger(steps) || steps < 1 || steps > MAX_STEPS) throw new UsageError(`--steps ${text} is no count`);
  return steps;
}

function rateOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const rate = Number(text);
  if (!Number.isInteger(rate) || rate < 1 || rate > MAX_SOUND_RATE) {
    throw new UsageError(`--sound-rate ${text} is no whole number of hertz from 1 to ${MAX_SOUND_RATE}`);
  }
  return rate;
}

function toleranceOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const tolerance = Number(text);
  if (text.trim() === '' || !(tolerance >= 0)) throw new UsageError(`--tolerance ${text} is no share of a range`);
  return tolerance;
}

/** The answer as lines for people. */
function runLines(answer: RunAnswer): readonly string[] {
  const row = ({ name, dtype, shape, fnv1a }: RunTensor) => [name, dtype, formatShape(shape), fnv1a];
  const nodes = answer.intermediates ?? [];
  const steps = answer.steps === 1 ? '' : `, ${formatCount(answer.steps)} steps`;
  return [
    `${answer.executor}${steps}, ${(answer.seconds * 1000).toFixed(3)} ms`,
    ...alignColumns([
      ...answer.inputs.map((each) => ['input', ...row(each)]),
      ...nodes.map((each) => [`#${each.node} ${each.op}`, ...row(each)]),
      ...answer.outputs.map((each) => ['output', ...row(each)]),
    ]),
    ...(answer.comparison ? [answer.comparison.sentence] : []),
    ...answer.notes,
  ];
}
