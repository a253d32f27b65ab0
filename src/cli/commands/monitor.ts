import { DeviceError } from '../../core/ports/deviceTransport';
import type { DeviceBatch, DeviceState, LogLine, OpenDevice, ProtocolId } from '../../protocol/device';
import type { Command, CommandArguments, CommandContext } from '../command';
import { InputError, UsageError } from '../commandErrors';
import { monitorEvents } from '../monitorEvents';

const PROTOCOLS: readonly ProtocolId[] = ['auto', 'edge-impulse', 'teleplot', 'tflm', 'plotter', 'log'];

function positive(args: CommandArguments, option: string): number | undefined {
  const text = args.text(option);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new UsageError(`--${option} must be a number above 0, not ${text}`);
  return value;
}

function deviceOf(args: CommandArguments): OpenDevice {
  const address = args.text('port');
  if (address === undefined) throw new UsageError('--port is missing: a path such as /dev/ttyACM0, or tcp://host:port');
  const protocol = PROTOCOLS.find((id) => id === args.text('protocol'));
  if (protocol === undefined) throw new UsageError(`--protocol is one of ${PROTOCOLS.join(', ')}`);
  const baudRate = positive(args, 'baud') ?? 0;
  if (!Number.isInteger(baudRate)) throw new UsageError('--baud must be a whole number');
  return { address, baudRate, protocol };
}

/** `14:02:29.823  ERR: Failed to run classifier (-5)` */
function lineForPeople({ timeMs, text, level }: LogLine): string {
  const clock = new Date(timeMs).toTimeString().slice(0, 8);
  const fraction = String(Math.floor(timeMs) % 1000).padStart(3, '0');
  return `${clock}.${fraction} ${level === 'error' ? '!' : ' '} ${text}`;
}

function stateForPeople(address: string, state: DeviceState): string {
  switch (state.kind) {
    case 'opening':
      return `opening ${address}`;
    case 'open':
      return `connected to ${address}; Ctrl-C ends`;
    case 'waiting':
      return `${address} was unplugged; waiting for it to come back`;
    case 'closed':
      return 'closed';
    case 'failed':
      return state.message;
  }
}

function printBatch(context: CommandContext, batch: DeviceBatch): void {
  if (context.json) for (const event of monitorEvents(batch)) context.print(JSON.stringify(event));
  else for (const line of batch.lines) context.print(lineForPeople(line));
}

function printState(context: CommandContext, address: string, state: DeviceState): void {
  if (context.json) context.print(JSON.stringify({ event: 'state', ...state }));
  else if (state.kind !== 'failed') context.note(stateForPeople(address, state));
}

/** Resolves after so many seconds, or with Ctrl-C. */
function over(signal: AbortSignal, seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = seconds === undefined ? undefined : setTimeout(resolve, seconds * 1000);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

export const monitorCommand: Command = {
  name: 'monitor',
  summary: 'what a board prints: results, telemetry, errors; waits for it when it is unplugged',
  operands: [],
  options: {
    port: { type: 'string', placeholder: 'P', help: 'a path, COM3, or tcp://host:port' },
    baud: { type: 'string', placeholder: 'N', default: '115200', help: 'bits a second' },
    protocol: { type: 'string', placeholder: 'X', default: 'auto', help: PROTOCOLS.join(', ') },
    seconds: { type: 'string', placeholder: 'N', help: 'stop after so long; without it, with Ctrl-C' },
  },
  async run(context) {
    const device = deviceOf(context.args);
    const seconds = positive(context.args, 'seconds');
    const { DeviceLink } = await import('../../node/device/deviceLink');
    const link = new DeviceLink({
      onBatch: (batch) => printBatch(context, batch),
      onState: (state) => printState(context, device.address, state),
    });
    try {
      await link.open(device);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      const remedy = error.command === null ? '' : ` ${error.command}`;
      throw new InputError(device.address, error.message + remedy, { cause: error });
    }
    await over(context.signal, seconds);
    await link.close();
    const { totals } = link.snapshot();
    const { bytes, lines, results, lostBytes, detected } = totals;
    if (context.json) context.print(JSON.stringify({ event: 'totals', bytes, lines, results, lostBytes, detected }));
    else context.note(`${bytes} B, ${lines} lines, ${results} results; speaks ${detected ?? 'nothing that is known'}`);
    return 0;
  },
};
