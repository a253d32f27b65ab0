import { basename } from 'node:path';
import type { ConvertAnswer } from '../../core/answers/convertModel';
import { ModelError } from '../../core/ir/errors';
import type { Command } from '../command';
import { shapesOf, shapeOption } from '../shapeOption';
import { alignColumns, formatBytes, formatCount } from '../table';
import { oneOf, outputOf, withTerminalProgress } from '../transformOptions';

const LAYOUTS = ['file', 'native'] as const;

/** The answer as lines for people. */
function convertLines({ output, before, after, estimated, notes }: ConvertAnswer): readonly string[] {
  const arena = (key: string, value: number | null) =>
    value === null ? 'not known' : formatBytes(value) + (estimated.includes(key) ? ' (estimate)' : '');
  const rows = [
    ['format', before.format, '->', after.format],
    ['file', formatBytes(before.fileBytes), '->', formatBytes(after.fileBytes)],
    ['operators', formatCount(before.operators), '->', formatCount(after.operators)],
    ['transposes', formatCount(before.transposes), '->', formatCount(after.transposes)],
    ['arena', arena('before.arena', before.arena), '->', arena('after.arena', after.arena)],
  ];
  return [output, ...alignColumns(rows), ...(notes.length > 0 ? ['', ...notes] : [])];
}

export const convertCommand: Command = {
  name: 'convert',
  summary: 'an ONNX model as TFLite, or a TFLite model as ONNX',
  operands: ['MODEL'],
  options: {
    output: { type: 'string', short: 'o', placeholder: 'FILE', help: 'the file to write: .tflite or .onnx' },
    shape: shapeOption,
    layout: {
      type: 'string',
      placeholder: 'ORDER',
      default: 'file',
      help: "file: inputs and outputs keep their shapes; native: those of four dimensions get the other format's order",
    },
  },
  async run(context) {
    const { args, signal } = context;
    const [path = ''] = args.operands;
    const request = {
      file: { path, name: basename(path) },
      output: outputOf(args),
      shapes: shapesOf(args.texts('shape')),
      layout: oneOf(LAYOUTS, '--layout', args.text('layout')),
    };
    const { convertFile } = await import('../../node/convertFile');
    try {
      const answer = await withTerminalProgress((report) => convertFile(request, { report, signal }));
      context.answer(answer, () => convertLines(answer));
      return 0;
    } catch (error) {
      // One sentence follows; here is every node that it is about.
      if (error instanceof ModelError) for (const line of error.details) context.note(line);
      throw error;
    }
  },
};
