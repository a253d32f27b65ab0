import type { Workbench } from '../workbench';

/** Served inside the device child: a board that prints inferences and sensor values, without hardware or a port. */
const SIMULATED_BOARD = 'simulated://board';

/** Opens the monitor on the simulated board. */
export async function startSimulatedBoard(workbench: Workbench): Promise<void> {
  workbench.devices.connecting(SIMULATED_BOARD);
  await workbench.monitor.show({ address: SIMULATED_BOARD, baudRate: 115200, protocol: 'auto' });
}
