import { startGuarded } from './guardedProcess.mjs';

/**
 * Runs a command to its end; it ends early with us.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, echo?: boolean}} [options] `echo` shows the output while it runs
 * @returns {Promise<string>} stdout and stderr together; rejects on a non-zero exit, with their last lines when nobody saw them
 */
export async function runCommand(command, args, { echo = false, ...options } = {}) {
  let output = '';
  /** @param {string} text */
  const onOutput = (text) => {
    output += text;
    if (echo) process.stdout.write(text);
  };
  const code = await startGuarded(command, args, { ...options, onOutput }).exited;
  if (code !== 0) {
    const seen = echo ? '.' : `:\n${lastLines(output, 15)}`;
    throw new Error(`${command} ${args.join(' ')} ended with ${code}${seen}`);
  }
  return output;
}

/** @param {string} text @param {number} count */
function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
