import type { Command } from './command';
import { inspectCommand } from './commands/inspect';
import { profileCommand } from './commands/profile';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [inspectCommand, profileCommand];
