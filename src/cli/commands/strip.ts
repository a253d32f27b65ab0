import { basename } from 'node:path';
import type { StripAnswer } from '../../core/answers/stripModel';
import type { Command } from '../command';
import { alignColumns, formatBytes } from '../table';
import { oneOf, outputOf, withTerminalProgress } from '../transformOptions';

const LEVELS = ['tflite', 'tflm'] as const;

/** The answer as lines for people. */
function stripLines({ output, before, after, uses, isVerified, notes }: StripAnswer): readonly string[] {
  const change = (name: string, from: number, to: number) => [name, formatBytes(from), '->', formatBytes(to)];
  const rows = [
    change('file', before.fileBytes, after.fileBytes),
    ...uses.filter((use) => use.before !== use.after).map((use) => change(use.name, use.before, use.after)),
    ...(before.arena === null || after.arena === null ? [] : [change('arena', before.arena, after.arena)]),
  ];
  const checked = isVerified ? ['read again, compared and run: the same model, the same outputs'] : [];
  return [output, ...alignColumns(rows, new Set([1, 3])), ...checked, ...notes];
}

export const stripCommand: Command = {
  name: 'strip',
  summary: 'a smaller .tflite file: leaves out names, ranges and all else that its runtime never reads',
  operands: ['MODEL'],
  options: {
    output: { type: 'string', short: 'o', placeholder: 'FILE', help: 'the file to write' },
    level: {
      type: 'string',
      placeholder: 'LEVEL',
      default: 'tflite',
      help: 'tflite: TFLite and LiteRT load the file too; tflm: smallest, for TensorFlow Lite Micro only',
    },
  },
  async run(context) {
    const { args, signal } = context;
    const [path = ''] = args.operands;
    const request = {
      file: { path, name: basename(path) },
      output: outputOf(args),
      level: oneOf(LEVELS, '--level', args.text('level')),
    };
    const { stripFile } = await import('../../node/stripFile');
    const answer = await withTerminalProgress((report) => stripFile(request, { report, signal }));
    context.answer(answer, () => stripLines(answer));
    return 0;
  },
};
