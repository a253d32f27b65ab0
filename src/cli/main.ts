import process from 'node:process';
import { commands } from './commandTable';
import { runCli } from './runCli';

const interrupted = new AbortController();

// The first Ctrl-C asks the command to stop and clean up; the second does not wait for it.
process.once('SIGINT', () => {
  interrupted.abort();
  process.once('SIGINT', () => process.exit(130));
});

// A reader that went away (`tinyml ... | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

void runCli(process.argv.slice(2), commands, {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  signal: interrupted.signal,
}).then((code) => {
  process.exitCode = code;
});
