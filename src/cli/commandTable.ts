import type { Command } from './command';
import { convertCommand } from './commands/convert';
import { devicesCommand } from './commands/devices';
import { inspectCommand } from './commands/inspect';
import { monitorCommand } from './commands/monitor';
import { planCommand } from './commands/plan';
import { profileCommand } from './commands/profile';
import { pruneCommand } from './commands/prune';
import { quantizeCommand } from './commands/quantize';
import { runCommand } from './commands/run';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  inspectCommand,
  profileCommand,
  planCommand,
  quantizeCommand,
  pruneCommand,
  convertCommand,
  runCommand,
  devicesCommand,
  monitorCommand,
];
