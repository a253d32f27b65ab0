import type { Command } from './command';
import { inspectCommand } from './commands/inspect';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [inspectCommand];
