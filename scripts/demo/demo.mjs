import { inRoot, root } from '../paths.mjs';
import { runCommand } from '../runCommand.mjs';
import { startBoard } from './board.mjs';
import { openEditor } from './editor.mjs';
import { layOutWorkspace } from './workspace.mjs';

const workspace = inRoot('.demo', 'workspace');
const parentPollMs = 500;

/** Builds the extension and opens it on the demonstration's workspace; ends with the editor, or on Ctrl-C at any time. */
export async function runDemo() {
  /** @type {(() => Promise<void>)[]} */
  const stops = [];
  try {
    await Promise.race([interrupted(), openAndWait(stops)]);
  } finally {
    await Promise.all(stops.map((stop) => stop()));
  }
}

/** @param {(() => Promise<void>)[]} stops grows with what has to be stopped in the end */
async function openAndWait(stops) {
  await runCommand(process.execPath, [inRoot('scripts', 'build.mjs')], { cwd: root, echo: true });
  await layOutWorkspace(workspace);
  const board = await startBoard();
  if (board) stops.push(board.stop);
  const editor = await openEditor(workspace);
  stops.push(editor.stop);
  console.log(`\n${editor.message}`);
  await editor.exited;
}

/** Resolves on Ctrl-C or when we are asked to end. @returns {Promise<void>} */
function interrupted() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve());
    // npm passes SIGTERM to its shell, which dies of it and tells nobody.
    const parent = process.ppid;
    const orphaned = () => process.env.npm_lifecycle_event && process.ppid !== parent;
    setInterval(() => orphaned() && resolve(), parentPollMs);
  });
}
