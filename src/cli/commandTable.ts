import type { Command } from './command';
import { checkCommand } from './commands/check';
import { convertCommand } from './commands/convert';
import { devicesCommand } from './commands/devices';
import { inspectCommand } from './commands/inspect';
import { monitorCommand } from './commands/monitor';
import { planCommand } from './commands/plan';
import { profileCommand } from './commands/profile';
import { pruneCommand } from './commands/prune';
import { quantizeCommand } from './commands/quantize';
import { runCommand } from './commands/run';
import { stripCommand } from './commands/strip';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  inspectCommand,
  profileCommand,
  checkCommand,
  planCommand,
  stripCommand,
  quantizeCommand,
  pruneCommand,
  convertCommand,
  runCommand,
  devicesCommand,
  monitorCommand,
];
