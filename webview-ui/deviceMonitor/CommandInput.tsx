import { useRef, useState } from 'preact/hooks';
import type { MonitorModel } from './monitorModel';

const endings = [
  ['cr', 'CR', '\r'],
  ['lf', 'LF', '\n'],
  ['crlf', 'CR LF', '\r\n'],
  ['none', 'No line end', ''],
] as const;
type Ending = (typeof endings)[number][0];

const HISTORY = 50;

/** A line to the board; arrows bring back earlier ones. */
export function CommandInput({ model }: { readonly model: MonitorModel }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<Ending | null>(null);
  const history = useRef<{ readonly entries: string[]; at: number }>({ entries: [], at: 0 });
  // AT servers end commands with CR; most sketches read up to LF.
  const ending = chosen ?? (model.totals.value?.detected === 'edge-impulse' ? 'cr' : 'lf');
  const open = model.state.value.kind === 'open';
  const refusal = model.refusal.value;

  const send = async (): Promise<void> => {
    const end = endings.find(([id]) => id === ending)?.[2] ?? '';
    if (!(await model.send(text + end))) return;
    const { entries } = history.current;
    if (text !== '' && entries.at(-1) !== text) entries.push(text);
    if (entries.length > HISTORY) entries.shift();
    history.current.at = entries.length;
    setText('');
  };
  const recall = (step: number): void => {
    const { entries, at } = history.current;
    history.current.at = Math.min(entries.length, Math.max(0, at + step));
    setText(entries[history.current.at] ?? '');
  };
  return (
    <>
      <div class="command-input">
        <span class="muted" aria-hidden="true">
          ›
        </span>
        <input
          type="text"
          class="mono"
          value={text}
          disabled={!open}
          spellcheck={false}
          aria-label="Line to send to the board"
          placeholder={open ? 'Send a line to the board' : 'Connect a board to send to it'}
          onInput={(event) => {
            setText(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void send();
            else if (event.key === 'ArrowUp') recall(-1);
            else if (event.key === 'ArrowDown') recall(1);
            else return;
            event.preventDefault();
          }}
        />
        <LineEndPicker ending={ending} onChange={setChosen} />
        <span class="caption">Enter sends</span>
      </div>
      {refusal === null ? null : (
        <p class="bad caption" role="alert">
          {refusal}
        </p>
      )}
    </>
  );
}

interface LineEndPickerProps {
  readonly ending: Ending;
  readonly onChange: (ending: Ending) => void;
}

function LineEndPicker({ ending, onChange }: LineEndPickerProps) {
  return (
    <select
      aria-label="Line end"
      value={ending}
      onChange={(event) => {
        onChange(event.currentTarget.value as Ending);
      }}
    >
      {endings.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
