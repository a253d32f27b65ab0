import { startSimulatedBoard, whyNoSimulatedBoard } from '../simulatedBoard.mjs';

/**
 * Starts the simulated board on a serial port of its own. Without one the demonstration goes on: the extension has a
 * simulated board inside as well.
 * @returns {Promise<{path: string, stop: () => Promise<void>} | undefined>}
 */
export async function startBoard() {
  const reason = whyNoSimulatedBoard();
  if (reason) {
    console.log(`No simulated serial port: ${reason}`);
    return undefined;
  }
  const board = await startSimulatedBoard();
  console.log(`A simulated board is at ${board.path}: add that port in the TinyML view.`);
  return board;
}
