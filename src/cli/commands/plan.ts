import { basename } from 'node:path';
import type { PlanAnswer } from '../../core/answers/planModel';
import { boardById, nearestBoardIds } from '../../core/targets/boards';
import { isTflm, runtimeById, runtimes } from '../../core/targets/runtimes';
import type { RuntimeId } from '../../core/targets/runtime';
import type { Command } from '../command';
import { UsageError } from '../commandErrors';
import { alignColumns, formatBytes, formatCount } from '../table';
import { outputOf, withTerminalProgress } from '../transformOptions';

/** The runtimes of a list with commas: those that follow a model's own plan. */
function runtimeIds(text: string): readonly RuntimeId[] {
  const known = runtimes.filter(({ id }) => isTflm(id)).map(({ id }) => id);
  return text.split(',').map((id) => {
    const runtime = runtimeById(id.trim());
    if (runtime && isTflm(runtime.id)) return runtime.id;
    throw new UsageError(`--runtime ${id} follows no plan of a model; ${known.join(', ')} do`);
  });
}

function boardIdOf(id: string | undefined): string | null {
  if (id === undefined) return null;
  if (boardById(id)) return id;
  throw new UsageError(`There is no board "${id}". The nearest are ${nearestBoardIds(id).join(', ')}.`);
}

/** The answer as lines for people. */
function planLines(answer: PlanAnswer): readonly string[] {
  const rows = answer.runtimes.map(({ runtime, before, after, lowerBound }) => [
    runtime,
    formatBytes(before),
    '->',
    formatBytes(after),
    `alive at once ${formatBytes(lowerBound)}`,
  ]);
  const checked = answer.isVerified ? 'run in the planned arena: the outputs are the same' : 'not run';
  return [
    answer.output,
    ...alignColumns(rows, new Set([1, 3])),
    `${formatCount(answer.pinned)} tensors pinned, ${checked}`,
    ...answer.notes,
  ];
}

export const planCommand: Command = {
  name: 'plan',
  summary: 'a smaller arena: writes a memory plan into a .tflite model, which TFLM follows',
  operands: ['MODEL'],
  options: {
    output: { type: 'string', short: 'o', placeholder: 'FILE', help: 'the file to write' },
    runtime: {
      type: 'string',
      placeholder: 'ID[,ID]',
      default: 'tflm',
      help: 'what runs the model; of several, the worst counts',
    },
    board: { type: 'string', placeholder: 'ID', help: 'the board: its core decides which CMSIS-NN kernels are meant' },
  },
  async run(context) {
    const { args, signal } = context;
    const [path = ''] = args.operands;
    const request = {
      file: { path, name: basename(path) },
      output: outputOf(args),
      runtimes: runtimeIds(args.text('runtime') ?? ''),
      board: boardIdOf(args.text('board')),
    };
    const { planFile } = await import('../../node/planFile');
    const answer = await withTerminalProgress((report) => planFile(request, { report, signal }));
    context.answer(answer, () => planLines(answer));
    return 0;
  },
};
