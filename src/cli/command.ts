import type { Answer } from '../core/answers/inspectAnswer';

/** 0: done. 1: a check failed. Unusable input is thrown and exits 2. */
export type ExitCode = 0 | 1;

/** One `--name`, as node:util parseArgs takes it, with words for the help. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  readonly default?: string;
  /** What stands for the value in the help: `DIR`. */
  readonly placeholder?: string;
  readonly help: string;
}

/** Parsed and checked: asking for an option that the command does not declare is a mistake of the command's. */
export interface CommandArguments {
  /** As many as the command's `operands`, and then what was given of `optionalOperands`. */
  readonly operands: readonly string[];
  text(option: string): string | undefined;
  texts(option: string): readonly string[];
  flag(option: string): boolean;
}

export interface CommandContext {
  readonly args: CommandArguments;
  /** `--json` was given. */
  readonly json: boolean;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Prints the answer: as JSON with `--json`, else the lines made for people. */
  answer(answer: Answer, forPeople: () => readonly string[]): void;
  /** A line on standard output. */
  print(line: string): void;
  /** A line on standard error: progress, warnings. */
  note(line: string): void;
}

/**
 * One command of `tinyml`: a file in commands/, named in commandTable.ts. What is heavy (onnxruntime-node, serialport)
 * is imported inside `run`, so that no other command pays for it. `--json` and `--help` are every command's.
 */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Names of the required operands, in order: `['MODEL']`. */
  readonly operands: readonly string[];
  /** Names of those that may be left out, after the required. */
  readonly optionalOperands?: readonly string[];
  /** Name of operands of which any number may follow the required ones. */
  readonly furtherOperands?: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Throws InputError or ModelError for unusable input, UsageError for arguments that make no sense. */
  run(context: CommandContext): Promise<ExitCode>;
}
