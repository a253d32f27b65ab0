import type { Command, OptionSpec } from './command';
import { alignColumns } from './table';

function optionWords(name: string, { short, type, placeholder }: OptionSpec): string {
  const value = type === 'string' ? ` ${placeholder ?? 'VALUE'}` : '';
  return `${short === undefined ? '' : `-${short}, `}--${name}${value}`;
}

/** `check [tinyml.json]`. */
function nameAndOperands({ name, operands, optionalOperands = [], furtherOperands }: Command): string {
  const further = furtherOperands === undefined ? [] : [`[${furtherOperands}...]`];
  return [name, ...operands, ...optionalOperands.map((operand) => `[${operand}]`), ...further].join(' ');
}

function optionHelp({ help, default: fallback }: OptionSpec): string {
  return fallback === undefined ? help : `${help} (default ${fallback})`;
}

/** The help of `tinyml` itself. */
export function generalHelp(commands: readonly Command[]): string {
  const rows = commands.map((command) => [`  ${nameAndOperands(command)}`, command.summary]);
  return [
    'Usage: tinyml COMMAND [OPTIONS]',
    '',
    ...alignColumns(rows),
    '',
    'Every command takes --json (one stable object on standard output) and --help.',
    'Exit codes: 0 done, 1 a check failed, 2 unusable input.',
    '',
  ].join('\n');
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const rows = [
    ...Object.entries(command.options).map(([name, spec]) => [`  ${optionWords(name, spec)}`, optionHelp(spec)]),
    ['  --json', 'answer with one JSON object'],
    ['  -h, --help', 'show this help'],
  ];
  return [
    `Usage: tinyml ${nameAndOperands(command)} [OPTIONS]`,
    '',
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`,
    '',
    ...alignColumns(rows),
    '',
  ].join('\n');
}
