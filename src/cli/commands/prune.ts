import { basename } from 'node:path';
import type { Command, CommandArguments } from '../command';
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

const METHODS = ['magnitude'] as const;

function amountOf(args: CommandArguments): number {
  const text = args.text('amount');
  const amount = Number(text);
  if (text === undefined || text.trim() === '') throw new UsageError('--amount SHARE is missing');
  if (!(amount >= 0 && amount <= 1)) throw new UsageError(`--amount ${text} is no share from 0 to 1`);
  return amount;
}

export const pruneCommand: Command = {
  name: 'prune',
  summary: 'the same model with the smallest weights of each layer at zero',
  operands: ['MODEL'],
  options: {
    ...transformOptions,
    amount: { type: 'string', placeholder: 'SHARE', help: "share of each layer's weights to zero, 0 to 1" },
    method: { type: 'string', placeholder: 'METHOD', default: 'magnitude', help: 'how weights are picked' },
  },
  async run(context) {
    const { args, signal } = context;
    const [path = ''] = args.operands;
    oneOf(METHODS, '--method', args.text('method'));
    const request = {
      file: { path, name: basename(path) },
      output: outputOf(args),
      data: args.text('data') ?? null,
      amount: amountOf(args),
      limit: limitOf(args),
      scale: scaleOf(args),
      runtime: runtimeIdOf(args),
    };
    const { pruneFile } = await import('../../node/transformFile');
    const result = await withTerminalProgress((report) => pruneFile(request, { report, signal }));
    context.answer(result, () => transformLines(result));
    return 0;
  },
};
