import { pathToFileURL } from 'node:url';
import { inRoot } from '../paths.mjs';

/**
 * Starts the simulated board on a serial port of its own. Without one (no PTYs here) the demonstration goes on: the
 * extension has a simulated board inside as well.
 * @returns {Promise<{path: string, stop: () => Promise<void>} | undefined>}
 */
export async function startBoard() {
  try {
    const { startSimulatedBoard } = await import(pathToFileURL(inRoot('scripts', 'simulatedBoard.mjs')).href);
    const board = await startSimulatedBoard();
    console.log(`A simulated board is at ${board.path}: add that port in the TinyML view.`);
    return board;
  } catch (error) {
    console.log(`No simulated serial port: ${/** @type {Error} */ (error).message}`);
    return undefined;
  }
}
