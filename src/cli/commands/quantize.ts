import { basename } from 'node:path';
import { RANGE_METHODS } from '../../core/transforms/quantize/ranges';
import type { Command } from '../command';
import { UsageError } from '../commandErrors';
import {
  limitOf,
  oneOf,
  outputOf,
  runtimeIdOf,
  scaleOf,
  transformLines,
  withTerminalProgress,
  transformOptions,
} from '../transformOptions';

export const quantizeCommand: Command = {
  name: 'quantize',
  summary: 'a float model as static int8 of the same format, calibrated on data',
  operands: ['MODEL'],
  options: {
    ...transformOptions,
    ranges: {
      type: 'string',
      placeholder: 'METHOD',
      default: 'mse',
      help: `how ranges are chosen: ${RANGE_METHODS.join(', ')}`,
    },
  },
  async run(context) {
    const { args, signal } = context;
    const [path = ''] = args.operands;
    const data = args.text('data');
    if (data === undefined) throw new UsageError('--data DIR is missing: int8 ranges come from real data');
    const request = {
      file: { path, name: basename(path) },
      output: outputOf(args),
      data,
      ranges: oneOf(RANGE_METHODS, '--ranges', args.text('ranges')),
      limit: limitOf(args),
      scale: scaleOf(args),
      runtime: runtimeIdOf(args),
    };
    const { quantizeFile } = await import('../../node/transformFile');
    const result = await withTerminalProgress((report) => quantizeFile(request, { report, signal }));
    context.answer(result, () => transformLines(result));
    return 0;
  },
};
