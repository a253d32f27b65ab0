import { SCHEMA_VERSION } from '../../core/answers/inspectAnswer';
import type { Answer } from '../../core/answers/inspectAnswer';
import type { PortView } from '../../protocol/device';
import type { Command } from '../command';
import { alignColumns } from '../table';

/** `tinyml devices --json`. */
interface DevicesAnswer extends Answer {
  readonly ports: readonly PortView[];
}

function devicesLines(answer: DevicesAnswer): readonly string[] {
  if (answer.ports.length === 0) return ['No serial port found. Plug a board in, or monitor tcp://host:port.'];
  return alignColumns(
    answer.ports.map(({ path, label, vendorId, productId, serialNumber }) => [
      path,
      label,
      vendorId === null ? '' : `${vendorId}:${productId ?? '?'}`,
      serialNumber ?? '',
    ]),
  );
}

export const devicesCommand: Command = {
  name: 'devices',
  summary: 'serial ports of this machine',
  operands: [],
  options: {},
  async run(context) {
    const { listPorts } = await import('../../node/device/listPorts');
    const answer = { schemaVersion: SCHEMA_VERSION, notes: [], estimated: [], ports: await listPorts() };
    context.answer(answer, () => devicesLines(answer));
    return 0;
  },
};
