import { window } from 'vscode';
import type { LogOutputChannel } from 'vscode';

let channel: LogOutputChannel | undefined;

/** The one log: the host's own lines, and the children's stderr and exit codes. Made on first use. */
export function log(): LogOutputChannel {
  channel ??= window.createOutputChannel('TinyML Workbench', { log: true });
  return channel;
}

export function disposeLog(): void {
  channel?.dispose();
  channel = undefined;
}
