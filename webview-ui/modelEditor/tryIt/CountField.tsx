import { countOf } from './tryItState';

interface CountFieldProps {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly onChange: (value: number) => void;
}

/** A whole number; what is none is put back when the field is left. */
export function CountField({ label, value, low, high, onChange }: CountFieldProps) {
  return (
    <label class="count-field caption">
      {label}
      <input
        type="text"
        inputMode="numeric"
        class="num"
        value={value}
        size={Math.max(3, String(value).length)}
        onChange={(event) => {
          const typed = event.currentTarget.value.trim();
          const count = typed === '' ? null : countOf(Number(typed), low, high);
          if (count === null) event.currentTarget.value = String(value);
          else onChange(count);
        }}
      />
    </label>
  );
}
