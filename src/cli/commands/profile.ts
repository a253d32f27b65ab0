import { profile } from '../../core/answers/profile';
import type { ProfileAnswer, RegionUse } from '../../core/answers/profileAnswer';
import { inferShapes } from '../../core/ir/inferShapes';
import type { Board } from '../../core/targets/board';
import { boardById, nearestBoardIds } from '../../core/targets/boards';
import type { Runtime } from '../../core/targets/runtime';
import { runtimeById, runtimes } from '../../core/targets/runtimes';
import type { Command } from '../command';
import { UsageError, withFile } from '../commandErrors';
import { openModel } from '../openModel';
import { alignColumns, formatBytes } from '../table';

function boardOf(id: string | undefined): Board | null {
  if (id === undefined) return null;
  const board = boardById(id);
  if (!board) throw new UsageError(`There is no board "${id}". The nearest are ${nearestBoardIds(id).join(', ')}.`);
  return board;
}

function runtimeOf(id: string): Runtime {
  const runtime = runtimeById(id);
  const known = runtimes.map((each) => each.id).join(', ');
  if (!runtime) throw new UsageError(`There is no runtime "${id}". There are ${known}.`);
  return runtime;
}

/** The answer as lines for people. */
function profileLines(answer: ProfileAnswer, board: Board | null, runtime: Runtime): readonly string[] {
  const figure = (key: string, bytes: number | null): string => {
    if (bytes === null) return 'not known';
    return formatBytes(bytes) + (answer.estimated.includes(key) ? ' (estimate)' : '');
  };
  const { arena, flash, fits } = answer;
  const facts = [
    ['board', board ? board.name : 'none'],
    ['runtime', `${runtime.name}, ${runtime.version}`],
    ['arena planned', figure('arena.planned', arena.planned)],
    ['  scratch in it', figure('arena.scratch', arena.scratch)],
    ['arena persistent', figure('arena.persistent', arena.persistent)],
    ...arena.parts.map(({ name, bytes }) => [`  ${name}`, formatBytes(bytes)]),
    ['arena total', figure('arena.total', arena.total)],
    ['arena needed', figure('arena.minimum', arena.minimum)],
    ['alive at once', figure('lowerBound', answer.lowerBound)],
    ['weights', figure('flash.weights', flash.weights)],
    ['model in flash', figure('flash.model', flash.model)],
  ];
  if (board) facts.push(['fits RAM', verdict(fits.ram)], ['fits flash', verdict(fits.flash)]);
  const findings = answer.lint.map((finding) => [finding.severity, finding.message, finding.rule]);
  const sections = [
    alignColumns(facts),
    alignColumns(fits.regions.map(regionRow), new Set([2, 4])),
    alignColumns(findings),
    answer.notes,
  ];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index > 0 ? ['', ...section] : section));
}

function verdict(fits: boolean | null): string {
  if (fits === null) return 'not known';
  return fits ? 'yes' : 'NO';
}

function regionRow({ name, kind, used, bytes }: RegionUse): readonly string[] {
  return [name, kind, formatBytes(used), 'of', formatBytes(bytes)];
}

export const profileCommand: Command = {
  name: 'profile',
  summary: 'memory and flash that a model takes on a board, and what stands in its way',
  operands: ['MODEL'],
  options: {
    board: { type: 'string', placeholder: 'ID', help: 'the board, such as nano33ble' },
    runtime: {
      type: 'string',
      placeholder: 'ID',
      default: 'tflm',
      help: 'what runs the model: tflm, tflm-cmsis-nn, ...',
    },
    'fail-over': { type: 'boolean', help: 'exit 1 when the model does not fit the board' },
  },
  async run(context) {
    const { args } = context;
    const [file = ''] = args.operands;
    const board = boardOf(args.text('board'));
    const runtime = runtimeOf(args.text('runtime') ?? 'tflm');
    if (args.flag('fail-over') && !board) throw new UsageError('--fail-over needs a --board.');
    const model = await openModel(file);
    const result = withFile(file, () => profile(inferShapes(model), { board, runtime }));
    context.answer(result, () => profileLines(result, board, runtime));
    const isOver = result.fits.ram === false || result.fits.flash === false;
    return args.flag('fail-over') && isOver ? 1 : 0;
  },
};
