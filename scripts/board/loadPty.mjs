import { createRequire } from 'node:module';

/**
 * The native `open` alone: node-pty's own classes start a shell behind the terminal. Throws where there is no binary.
 * @returns {{open: (columns: number, rows: number) => {master: number, slave: number, pty: string}}}
 */
export function loadPty() {
  return createRequire(import.meta.url)('@lydell/node-pty/requireBinary.js').requireBinary('pty.node');
}
