interface LimitFieldProps {
  readonly room: number;
  /** True while it is not the board's own. */
  readonly isAsked: boolean;
  readonly onChange: (bytes: number | null) => void;
}

/** The limit line as a number, to be set exactly. */
export function LimitField({ room, isAsked, onChange }: LimitFieldProps) {
  return (
    <label class="limit-field row">
      Limit
      <input
        type="number"
        class="num"
        min={0}
        step={16}
        value={room}
        onChange={(event) => {
          const { valueAsNumber } = event.currentTarget;
          if (Number.isFinite(valueAsNumber)) onChange(Math.max(0, Math.round(valueAsNumber)));
        }}
      />
      B
      {isAsked ? (
        <button
          type="button"
          class="link-button"
          onClick={() => {
            onChange(null);
          }}
        >
          Reset
        </button>
      ) : null}
    </label>
  );
}
