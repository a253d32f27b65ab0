import { profileSeveral, type SeveralAnswer } from '../../core/answers/arenaOfSeveral';
import { profile, type ProfileTarget } from '../../core/answers/profile';
import type { ProfileAnswer, RegionUse } from '../../core/answers/profileAnswer';
import { readFirmware } from '../../core/firmware/readFirmware';
import type { FirmwareUsage } from '../../core/firmware/usage';
import { inferShapes } from '../../core/ir/inferShapes';
import type { Board } from '../../core/targets/board';
import type { Runtime } from '../../core/targets/runtime';
import { runtimeById, runtimes } from '../../core/targets/runtimes';
import { FileByteSource } from '../../node/fileByteSource';
import type { Command, CommandArguments, CommandContext } from '../command';
import { UsageError, withFile } from '../commandErrors';
import { findBoard } from '../findBoard';
import { openModel } from '../openModel';
import { alignColumns, formatBytes } from '../table';

/** Boards of a file that cannot be used are named by it. */
function boardOf(id: string | undefined, modelFile: string): Board | null {
  return id === undefined ? null : findBoard(id, modelFile);
}

function firmwareOf(file: string | undefined): FirmwareUsage | null {
  if (file === undefined) return null;
  return withFile(file, () => readFirmware(new FileByteSource(file)));
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
    ...flash.parts.map(({ name, bytes }) => [`  ${name}`, formatBytes(bytes)]),
    ['code in flash', figure('flash.code', flash.code)],
    ['flash total', figure('flash.total', flash.total)],
    ['latency', latencyText(answer)],
  ];
  if (board) facts.push(['fits RAM', verdict(fits.ram)], ['fits flash', verdict(fits.flash)]);
  const findings = answer.lint.map((finding) => [finding.severity, finding.message, finding.rule]);
  const sections = [
    alignColumns(facts),
    alignColumns(fits.regions.map(regionRow), new Set([2, 4, 6])),
    alignColumns(firmwareRows(answer), new Set([2])),
    alignColumns(findings),
    answer.notes,
  ];
  return joined(sections);
}

/** "180 to 367 ms (estimate)": two digits, as it is a range. */
function latencyText({ latencyMs }: ProfileAnswer): string {
  if (latencyMs === null) return 'not known';
  const digits = (milliseconds: number): string => String(Number(milliseconds.toPrecision(2)));
  return `${digits(latencyMs.low)} to ${digits(latencyMs.high)} ms (estimate)`;
}

/** Sections with an empty line between them. */
function joined(sections: readonly (readonly string[])[]): readonly string[] {
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index > 0 ? ['', ...section] : section));
}

function verdict(fits: boolean | null): string {
  if (fits === null) return 'not known';
  return fits ? 'yes' : 'NO';
}

/** One line a model, and one for all in one arena. */
function severalLines({ models, shared, fits, notes }: SeveralAnswer): readonly string[] {
  const bytes = (value: number | null): string => (value === null ? 'not known' : formatBytes(value));
  const flash = models.reduce((sum, model) => sum + model.flash.model, 0);
  const rows = [
    ['model', 'planned', 'persistent', 'needed', 'in flash'],
    ...models.map(({ file, arena, flash: own }) => [
      file,
      bytes(arena.planned),
      bytes(arena.persistent),
      bytes(arena.minimum),
      bytes(own.model),
    ]),
    [
      'together',
      bytes(shared?.planned ?? null),
      bytes(shared?.persistent ?? null),
      bytes(shared?.minimum ?? null),
      bytes(flash),
    ],
  ];
  const sections = [
    alignColumns(rows, new Set([1, 2, 3, 4])),
    alignColumns(fits.regions.map(regionRow), new Set([2, 4, 6])),
    fits.regions.length === 0
      ? []
      : alignColumns([
          ['fits RAM', verdict(fits.ram)],
          ['fits flash', verdict(fits.flash)],
        ]),
    notes,
  ];
  return joined(sections);
}

/** "AXI SRAM  ram  90,112 B of 524,288 B  firmware 12,000 B  free 422,176 B". */
function regionRow({ name, kind, used, bytes, firmware }: RegionUse): readonly string[] {
  const row = [name, kind, formatBytes(used), 'of', formatBytes(bytes)];
  if (firmware === null) return row;
  const free = bytes - used - firmware;
  return [
    ...row,
    'firmware',
    formatBytes(firmware),
    free < 0 ? `over by ${formatBytes(-free)}` : `free ${formatBytes(free)}`,
  ];
}

function firmwareRows({ firmware }: ProfileAnswer): readonly (readonly string[])[] {
  return (firmware?.sections ?? []).map(({ name, region, bytes }) => [name, region, formatBytes(bytes)]);
}

/** What the options ask for. Throws UsageError, InputError or ModelError. */
function targetOf(args: CommandArguments): Required<ProfileTarget> {
  const [first = ''] = args.operands;
  const board = boardOf(args.text('board'), first);
  if (args.flag('fail-over') && !board) throw new UsageError('--fail-over needs a --board.');
  const firmware = firmwareOf(args.text('firmware'));
  if (firmware && !board) throw new UsageError('--firmware needs a --board.');
  return { board, firmware, runtime: runtimeOf(args.text('runtime') ?? 'tflm') };
}

/** Prints the answer for one model, or for several in one arena; says whether they fit. */
function tell(
  context: CommandContext,
  answers: SeveralAnswer['models'],
  { board, runtime, firmware }: Required<ProfileTarget>,
): ProfileAnswer['fits'] {
  const [first, second] = answers;
  if (first && !second) {
    const { file: _, ...only } = first;
    context.answer(only, () => profileLines(only, board, runtime));
    return only.fits;
  }
  const several = profileSeveral(answers, board, firmware);
  context.answer(several, () => severalLines(several));
  return several.fits;
}

export const profileCommand: Command = {
  name: 'profile',
  summary: 'memory and flash that a model takes on a board, and what stands in its way',
  operands: ['MODEL'],
  furtherOperands: 'MODEL',
  options: {
    board: { type: 'string', placeholder: 'ID', help: 'the board, such as nano33ble' },
    runtime: {
      type: 'string',
      placeholder: 'ID',
      default: 'tflm',
      help: 'what runs the model: tflm, tflm-cmsis-nn, ...',
    },
    firmware: {
      type: 'string',
      placeholder: 'FILE',
      help: 'the built .elf, or the .map of GNU ld: what it takes is counted beside the model',
    },
    'fail-over': { type: 'boolean', help: 'exit 1 when the model does not fit the board' },
  },
  async run(context) {
    const { args } = context;
    const target = targetOf(args);
    const answers: (ProfileAnswer & { file: string })[] = [];
    for (const file of args.operands) {
      const model = await openModel(file);
      answers.push({ file, ...withFile(file, () => profile(inferShapes(model), target)) });
    }
    const { ram, flash } = tell(context, answers, target);
    return args.flag('fail-over') && (ram === false || flash === false) ? 1 : 0;
  },
};
