import type { Command } from './command';
import { devicesCommand } from './commands/devices';
import { inspectCommand } from './commands/inspect';
import { monitorCommand } from './commands/monitor';
import { profileCommand } from './commands/profile';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [inspectCommand, profileCommand, devicesCommand, monitorCommand];
