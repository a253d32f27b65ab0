import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { DeviceState } from '../../src/protocol/device';
import { Button } from '../shared/controls';
import { formatInteger } from '../shared/formatNumber';
import { Icon, type IconName } from '../shared/Icon';
import { formatDuration } from './formatTime';
import { describeAddress, failureTitle, isSerial } from './monitorChoice';
import type { MonitorModel } from './monitorModel';
import { AddressInput } from './TopBar';
import { useTick } from './useTime';

const SILENT_MS = 5000;

/** Rates that boards are found at when the usual one stays silent or garbled. */
const OTHER_RATES = [9600, 115_200, 921_600];

interface NoticeProps {
  readonly icon: IconName;
  readonly title: string;
  readonly message: ComponentChildren;
  readonly bad?: boolean;
  readonly children?: ComponentChildren;
}

function Notice({ icon, title, message, bad = false, children }: NoticeProps) {
  return (
    <div class="notice" role={bad ? 'alert' : 'note'}>
      <span class={bad ? 'bad' : 'muted'}>
        <Icon name={icon} size="large" />
      </span>
      <h1>{title}</h1>
      <p>{message}</p>
      <div class="actions">{children}</div>
    </div>
  );
}

/** In place of data, before the first byte. */
export function StatePage({ model }: { readonly model: MonitorModel }) {
  const state = model.state.value;
  const name = describeAddress(model.choice.value.address);
  switch (state.kind) {
    case 'closed':
      return <NothingOpen model={model} />;
    case 'opening':
      return <Notice icon="busy" title={`Opening ${name}`} message="This takes a moment." />;
    case 'open':
      return <Silent model={model} />;
    case 'waiting':
      return (
        <Notice icon="plug" title={`${name} was unplugged`} message="It is opened again as soon as it comes back." />
      );
    case 'failed':
      return <Failed model={model} state={state} />;
  }
}

function NothingOpen({ model }: { readonly model: MonitorModel }) {
  const ports = model.ports.value;
  if (ports === null) return <div class="notice" role="status" aria-label="Looking for ports" />;
  const [first] = ports;
  if (!first) {
    return (
      <Notice
        icon="plug"
        title="No serial port found"
        message="Plug a board in; it appears here by itself. A simulated one works without hardware."
      >
        <SimulatedButton model={model} kind="primary" />
        <AddressButton model={model} />
      </Notice>
    );
  }
  const chosen = ports.find(({ path }) => path === model.choice.value.address) ?? first;
  return (
    <Notice
      icon="plug"
      title={ports.length === 1 ? 'One board is plugged in' : `${ports.length} boards are plugged in`}
      message={`${chosen.label === '' ? 'A board' : chosen.label} at ${chosen.path}. Its results, signals and log show here.`}
    >
      <Button
        kind="primary"
        onClick={() => {
          model.connectTo(chosen.path);
        }}
      >
        Connect
      </Button>
      <SimulatedButton model={model} kind="secondary" />
      <AddressButton model={model} />
    </Notice>
  );
}

interface SimulatedButtonProps {
  readonly model: MonitorModel;
  readonly kind: 'primary' | 'secondary';
}

function SimulatedButton({ model, kind }: SimulatedButtonProps) {
  return (
    <Button
      kind={kind}
      onClick={() => {
        model.startSimulatedBoard();
      }}
    >
      Start simulated board
    </Button>
  );
}

/** A button that becomes the field it asks for. */
function AddressButton({ model }: { readonly model: MonitorModel }) {
  const [typing, setTyping] = useState(false);
  if (!typing) {
    return (
      <Button
        onClick={() => {
          setTyping(true);
        }}
      >
        Type a path or address…
      </Button>
    );
  }
  return (
    <AddressInput
      address=""
      onDone={(address) => {
        setTyping(false);
        if (address !== null) model.connectTo(address);
      }}
    />
  );
}

function RateButtons({ model }: { readonly model: MonitorModel }) {
  const { baudRate, address } = model.choice.value;
  if (!isSerial(address)) return null;
  return (
    <>
      {OTHER_RATES.filter((rate) => rate !== baudRate).map((rate) => (
        <Button
          key={rate}
          onClick={() => {
            model.choose({ baudRate: rate });
          }}
        >
          Try {formatInteger(rate)} baud
        </Button>
      ))}
    </>
  );
}

function silentWords({ address, baudRate }: { readonly address: string; readonly baudRate: number }): string {
  const at = isSerial(address) ? `At ${formatInteger(baudRate)} baud. ` : '';
  return `${at}Boards often wait for a command or a reset.`;
}

function Silent({ model }: { readonly model: MonitorModel }) {
  useTick(1000);
  const silentMs = model.silentMs();
  if (silentMs < SILENT_MS) {
    return <Notice icon="busy" title="Connected" message="Waiting for the first line." />;
  }
  return (
    <Notice
      icon="busy"
      title={`Connected, no data for ${formatDuration(silentMs / 1000)}`}
      message={silentWords(model.choice.value)}
    >
      <RateButtons model={model} />
      <Button
        onClick={() => {
          void model.send('AT+RUNIMPULSE\r');
        }}
      >
        Send AT+RUNIMPULSE
      </Button>
    </Notice>
  );
}

interface FailedProps {
  readonly model: MonitorModel;
  readonly state: DeviceState & { readonly kind: 'failed' };
}

function Failed({ model, state: { reason, message, command } }: FailedProps) {
  const { address } = model.choice.value;
  const engine = reason === 'engine-died' || address === '';
  const title = engine ? 'The device process stopped' : failureTitle(reason, address);
  return (
    <Notice icon="error" bad title={title} message={message}>
      {command === undefined ? null : (
        <>
          <code class="command">{command}</code>
          <Button
            onClick={() => {
              model.copy(command);
            }}
          >
            Copy
          </Button>
        </>
      )}
      <Button
        kind={command === undefined ? 'primary' : 'secondary'}
        onClick={() => {
          if (address === '') model.refresh();
          else model.connect();
        }}
      >
        Try again
      </Button>
    </Notice>
  );
}

/** Above data: why no more comes. */
export function Banner({ model }: { readonly model: MonitorModel }) {
  useTick(1000);
  const state = model.state.value;
  const name = describeAddress(model.choice.value.address);
  if (state.kind === 'waiting') {
    return (
      <div class="callout warn" role="alert">
        <Icon name="warning" />
        <span>
          <b>{name} was unplugged.</b> It is opened again as soon as it comes back; what it said stays.
        </span>
      </div>
    );
  }
  if (state.kind === 'failed') {
    return (
      <div class="callout bad" role="alert">
        <Icon name="error" />
        <span>
          <b>Not connected any more.</b> {state.message}
        </span>
        <span class="grow" />
        <Button
          onClick={() => {
            model.connect();
          }}
        >
          Connect again
        </Button>
      </div>
    );
  }
  const silentMs = model.silentMs();
  if (silentMs < SILENT_MS) return null;
  return (
    <div class="callout" role="status">
      <Icon name="info" />
      <span>
        <b>No data for {formatDuration(silentMs / 1000)}.</b> {silentWords(model.choice.value)}
      </span>
    </div>
  );
}
