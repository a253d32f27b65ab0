import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ModelError } from '../core/ir/errors';
import type { Command, CommandArguments, CommandContext } from './command';
import { InputError, UsageError } from './commandErrors';
import { commandHelp, generalHelp } from './help';
import { version } from './version';

/** Where a run of the CLI reads from and writes to. */
export interface CliStreams {
  /** Writes text as it is. */
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly signal: AbortSignal;
}

/** What the shell gets after Ctrl-C: 128 + SIGINT. */
const INTERRUPTED = 130;
const UNUSABLE = 2;

interface Parsed {
  readonly args: CommandArguments;
  readonly json: boolean;
  readonly help: boolean;
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

function argumentsOf(values: Values, operands: readonly string[]): CommandArguments {
  return {
    operands,
    text: (option) => {
      const value = values[option];
      return typeof value === 'string' ? value : undefined;
    },
    texts: (option) => [values[option] ?? []].flat().filter((value) => typeof value === 'string'),
    flag: (option) => values[option] === true,
  };
}

function parseOptions(command: Command): NonNullable<ParseArgsConfig['options']> {
  const options: NonNullable<ParseArgsConfig['options']> = {
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  };
  for (const [name, { type, short, multiple, default: fallback }] of Object.entries(command.options)) {
    options[name] = {
      type,
      ...(short !== undefined && { short }),
      ...(multiple !== undefined && { multiple }),
      ...(fallback !== undefined && { default: fallback }),
    };
  }
  return options;
}

function parseCommand(command: Command, argv: readonly string[]): Parsed {
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options: parseOptions(command), allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  const help = values.help === true;
  if (!help && positionals.length < command.operands.length) {
    throw new UsageError(`${command.operands[positionals.length]} is missing`);
  }
  const optional = command.furtherOperands === undefined ? (command.optionalOperands?.length ?? 0) : Infinity;
  const most = command.operands.length + optional;
  if (!help && positionals.length > most) {
    throw new UsageError(`unexpected argument ${JSON.stringify(positionals[most])}`);
  }
  return { args: argumentsOf(values, positionals), json: values.json === true, help };
}

/** Messages are one line: what a file's own strings bring in must not break it. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function explain(error: unknown, command: Command | undefined): string {
  if (error instanceof InputError) return `${error.file}: ${oneLine(error.message)}`;
  if (error instanceof ModelError) return oneLine(error.message);
  if (error instanceof UsageError) {
    const see = command ? `tinyml ${command.name} --help` : 'tinyml --help';
    return `tinyml: ${oneLine(error.message)} (see ${see})`;
  }
  return `tinyml: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

function contextOf(parsed: Parsed, streams: CliStreams): CommandContext {
  const print = (line: string): void => streams.out(`${line}\n`);
  return {
    args: parsed.args,
    json: parsed.json,
    signal: streams.signal,
    print,
    note: (line) => streams.error(`${line}\n`),
    answer: (answer, forPeople) => {
      if (parsed.json) print(JSON.stringify(answer, null, 2));
      else forPeople().forEach(print);
    },
  };
}

async function runCommand(command: Command, argv: readonly string[], streams: CliStreams): Promise<number> {
  const parsed = parseCommand(command, argv);
  if (parsed.help) {
    streams.out(commandHelp(command));
    return 0;
  }
  return command.run(contextOf(parsed, streams));
}

/**
 * Runs `tinyml` with the arguments after the program's name. Answers the exit code: 0 done, 1 a check failed, 2 unusable
 * input or arguments, 130 interrupted. Never rejects.
 */
export async function runCli(
  argv: readonly string[],
  commands: readonly Command[],
  streams: CliStreams,
): Promise<number> {
  const [first, ...rest] = argv;
  const command = commands.find(({ name }) => name === first);
  try {
    if (first === '--version' || first === '-v') {
      streams.out(`${version}\n`);
      return 0;
    }
    if (first === '--help' || first === '-h' || first === 'help') {
      streams.out(generalHelp(commands));
      return 0;
    }
    if (first === undefined) {
      streams.error(generalHelp(commands));
      return UNUSABLE;
    }
    if (!command) throw new UsageError(`there is no command ${JSON.stringify(first)}`);
    return await runCommand(command, rest, streams);
  } catch (error) {
    if (streams.signal.aborted) return INTERRUPTED;
    streams.error(`${explain(error, command)}\n`);
    return UNUSABLE;
  }
}
