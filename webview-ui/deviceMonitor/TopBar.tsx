import { useState } from 'preact/hooks';
import type { DeviceState, PortView, ProtocolId } from '../../src/protocol/device';
import { Button } from '../shared/controls';
import { formatInteger } from '../shared/formatNumber';
import { Icon } from '../shared/Icon';
import { formatDuration, formatRate } from './formatTime';
import { SIMULATED, baudRates, isSerial, protocolNames } from './monitorChoice';
import type { MonitorModel } from './monitorModel';
import { useTick } from './useTime';

const OTHER = '\u0000other';

export function TopBar({ model }: { readonly model: MonitorModel }) {
  const { kind } = model.state.value;
  const busy = kind === 'open' || kind === 'waiting' || kind === 'opening';
  const { address } = model.choice.value;
  return (
    <header class="top-bar">
      <PortPicker model={model} />
      {isSerial(address) ? <BaudPicker model={model} /> : null}
      <ProtocolPicker model={model} />
      <StatePill model={model} />
      <span class="grow" />
      <Rate model={model} />
      {(model.totals.value?.bytes ?? 0) === 0 ? null : (
        <button
          type="button"
          class="button"
          aria-pressed={model.paused.value}
          title="Freezes the view, not the session (p)"
          onClick={() => {
            model.togglePause();
          }}
        >
          {model.paused.value ? 'Resume' : 'Pause'}
        </button>
      )}
      {busy ? (
        <Button
          onClick={() => {
            model.disconnect();
          }}
        >
          Disconnect
        </Button>
      ) : (
        <button
          type="button"
          class="button primary"
          disabled={address === ''}
          onClick={() => {
            model.connect();
          }}
        >
          Connect
        </button>
      )}
    </header>
  );
}

function portText({ path, label }: PortView): string {
  return label === '' ? path : `${path}  ${label}`;
}

/** The ports that were found, the simulated board, and an entry that asks for a path or address. */
function PortPicker({ model }: { readonly model: MonitorModel }) {
  const [typing, setTyping] = useState(false);
  const { address } = model.choice.value;
  const ports = model.ports.value ?? [];
  const listed = address === SIMULATED || ports.some(({ path }) => path === address);
  if (typing) {
    return (
      <AddressInput
        address={listed ? '' : address}
        onDone={(typed) => {
          setTyping(false);
          if (typed !== null) model.connectTo(typed);
        }}
      />
    );
  }
  return (
    <select
      class="select port-picker"
      aria-label="Board"
      value={address}
      onChange={(event) => {
        const { value } = event.currentTarget;
        if (value !== OTHER) model.choose({ address: value });
        else setTyping(true);
        event.currentTarget.value = address;
      }}
    >
      {address === '' ? <option value="">Choose a board</option> : null}
      {ports.map((port) => (
        <option key={port.path} value={port.path}>
          {portText(port)}
        </option>
      ))}
      {listed || address === '' ? null : <option value={address}>{address}</option>}
      <option value={SIMULATED}>Simulated board</option>
      <option value={OTHER}>Type a path or address…</option>
    </select>
  );
}

interface AddressInputProps {
  readonly address: string;
  /** Null when nothing was typed. */
  readonly onDone: (address: string | null) => void;
}

/** A path or address; Enter takes it, Escape and leaving do not. */
export function AddressInput({ address, onDone }: AddressInputProps) {
  return (
    <input
      class="select address-input mono"
      type="text"
      aria-label="Path or address"
      placeholder="/dev/ttyACM0 or tcp://host:port"
      spellcheck={false}
      value={address}
      ref={(element) => element?.focus()}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone(null);
        if (event.key === 'Enter') onDone(event.currentTarget.value.trim() || null);
      }}
      onBlur={() => {
        onDone(null);
      }}
    />
  );
}

function BaudPicker({ model }: { readonly model: MonitorModel }) {
  const { baudRate } = model.choice.value;
  const rates = [...new Set<number>([...baudRates, baudRate])].sort((a, b) => a - b);
  return (
    <select
      class="select"
      aria-label="Baud rate"
      value={String(baudRate)}
      onChange={(event) => {
        model.choose({ baudRate: Number(event.currentTarget.value) });
      }}
    >
      {rates.map((rate) => (
        <option key={rate} value={String(rate)}>
          {formatInteger(rate)} baud
        </option>
      ))}
    </select>
  );
}

function ProtocolPicker({ model }: { readonly model: MonitorModel }) {
  const { protocol } = model.choice.value;
  const detected = model.totals.value?.detected ?? null;
  const found = protocolNames.find(([id]) => id === detected)?.[1];
  return (
    <select
      class="select"
      aria-label="What the board speaks"
      value={protocol}
      onChange={(event) => {
        model.choose({ protocol: event.currentTarget.value as ProtocolId });
      }}
    >
      {protocolNames.map(([id, name]) => (
        <option key={id} value={id}>
          {id === 'auto' && found !== undefined && protocol === 'auto' ? `Auto: ${found}` : name}
        </option>
      ))}
    </select>
  );
}

function stateWords(state: DeviceState): { readonly words: string; readonly look: string } {
  const since = 'sinceMs' in state ? formatDuration((Date.now() - state.sinceMs) / 1000) : '';
  switch (state.kind) {
    case 'open':
      return { words: `connected, ${since}`, look: 'ok' };
    case 'opening':
      return { words: 'connecting', look: '' };
    case 'waiting':
      return { words: `unplugged, waiting ${since}`, look: 'warn' };
    case 'failed':
      return { words: 'not connected', look: 'bad' };
    case 'closed':
      return { words: 'not connected', look: '' };
  }
}

function StatePill({ model }: { readonly model: MonitorModel }) {
  useTick(1000);
  const { words, look } = stateWords(model.state.value);
  return (
    <span class={`pill num ${look}`} role="status">
      <i class={`dot ${look}`} aria-hidden="true" />
      <span class={look}>{words}</span>
      {model.paused.value ? <span class="strong"> · paused</span> : null}
    </span>
  );
}

function Rate({ model }: { readonly model: MonitorModel }) {
  const totals = model.totals.value;
  if (totals === null || totals.bytes === 0) return null;
  return (
    <span
      class="caption num rate"
      title="Bytes that this program was given and dropped. What a UART loses before that, text cannot tell."
    >
      {formatRate(totals.bytesPerSecond)} · {formatInteger(totals.lostBytes)} lost
      {totals.lostBytes > 0 ? <Icon name="warning" size="small" /> : null}
    </span>
  );
}
