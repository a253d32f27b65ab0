import type { ComponentChildren, Ref } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { HEAT_STEPS } from './heatRamp';
import { Icon, type IconName } from './Icon';

interface ButtonProps {
  readonly onClick: () => void;
  readonly children: ComponentChildren;
  readonly kind?: 'primary' | 'secondary' | 'quiet' | 'bare';
  readonly icon?: IconName;
  readonly label?: string;
  readonly disabled?: boolean;
}

export function Button({ onClick, children, kind = 'secondary', icon, label, disabled = false }: ButtonProps) {
  return (
    <button
      type="button"
      class={`button ${kind}`}
      onClick={onClick}
      aria-label={label}
      title={label}
      disabled={disabled}
    >
      {icon === undefined ? null : <Icon name={icon} size="small" />}
      {children}
    </button>
  );
}

interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [value: T, text: string])[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One of a few: a radio group that looks like one control. */
export function Segments<T extends string>({ label, options, value, onChange }: SegmentsProps<T>) {
  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const index = options.findIndex(([option]) => option === value);
    const next = options[(index + step + options.length) % options.length];
    if (next !== undefined) onChange(next[0]);
    const buttons = (event.currentTarget as HTMLElement).querySelectorAll('button');
    buttons[(index + step + options.length) % options.length]?.focus();
  };
  return (
    <div class="segments" role="radiogroup" aria-label={label} onKeyDown={move}>
      {options.map(([option, text]) => (
        <button
          key={option}
          type="button"
          role="radio"
          aria-checked={option === value}
          tabIndex={option === value ? 0 : -1}
          onClick={() => {
            onChange(option);
          }}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

interface SearchBoxProps {
  readonly value: string;
  readonly placeholder: string;
  readonly label: string;
  readonly onInput: (value: string) => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly children?: ComponentChildren;
}

export function SearchBox({
  value,
  placeholder,
  label,
  onInput,
  onKeyDown,
  inputRef = null,
  children,
}: SearchBoxProps) {
  return (
    <div class="search">
      <Icon name="search" size="small" />
      <input
        ref={inputRef}
        type="text"
        value={value}
        placeholder={placeholder}
        aria-label={label}
        spellcheck={false}
        onInput={(event) => {
          onInput(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      {children}
    </div>
  );
}

interface MenuProps {
  readonly label: string;
  readonly items: readonly { readonly text: string; readonly onSelect: () => void }[];
}

/** Focus goes into an open menu; a press outside closes it. */
function useOpenMenu(holder: { readonly current: HTMLElement | null }, open: boolean, close: () => void): void {
  useEffect(() => {
    if (!open) return undefined;
    holder.current?.querySelector<HTMLElement>('.menu button')?.focus();
    const onPress = (event: Event): void => {
      if (!(event.target instanceof Node) || holder.current?.contains(event.target) !== true) close();
    };
    document.addEventListener('pointerdown', onPress);
    return () => {
      document.removeEventListener('pointerdown', onPress);
    };
  }, [open]);
}

/** The "…" button and its list. */
export function Menu({ label, items }: MenuProps) {
  const [open, setOpen] = useState(false);
  const holder = useRef<HTMLDivElement>(null);
  useOpenMenu(holder, open, () => {
    setOpen(false);
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!open) return;
    const buttons = [...(holder.current?.querySelectorAll<HTMLElement>('.menu button') ?? [])];
    const index = buttons.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'Escape') {
      setOpen(false);
      holder.current?.querySelector('button')?.focus();
    } else if (event.key === 'ArrowDown') buttons[(index + 1) % buttons.length]?.focus();
    else if (event.key === 'ArrowUp') buttons[(index - 1 + buttons.length) % buttons.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu-holder" ref={holder} onKeyDown={onKeyDown}>
      <button
        type="button"
        class="button bare"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <Icon name="more" size="small" />
      </button>
      {open ? (
        <div class="menu" role="menu">
          {items.map((item) => (
            <button
              key={item.text}
              type="button"
              role="menuitem"
              onClick={() => {
                setOpen(false);
                item.onSelect();
              }}
            >
              {item.text}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}

/** The heat ramp as a legend. */
export function Ramp({ low, high }: { readonly low: string; readonly high: string }) {
  return (
    <span class="row caption num">
      {low}
      <span class="ramp" aria-hidden="true">
        {Array.from({ length: HEAT_STEPS }, (_, step) => (
          <i key={step} style={{ background: `var(--heat-${step + 1})` }} />
        ))}
      </span>
      {high}
    </span>
  );
}
