import type { MemoryView } from '../../../src/protocol/views';
import { formatBytes, formatInteger, plural } from '../../shared/formatNumber';
import type { EditorModel } from '../editorModel';
import { nodeAt, operatorsOver } from './memoryChoice';

interface DoesNotFitProps {
  readonly model: EditorModel;
  readonly memory: MemoryView;
  /** Bytes that must be there for the plan: while it plans, TFLM may need more than what stays. */
  readonly needed: number;
  /** Bytes there are for the plan; null without a limit. */
  readonly room: number | null;
}

const ROWS_SHOWN = 8;

/** What does not fit under the limit line: operators at which too much is alive, or the plan itself. */
export function DoesNotFit({ model, memory, needed, room }: DoesNotFitProps) {
  if (room === null || needed <= room) return null;
  const over = operatorsOver(memory, room);
  return (
    <section class="stack tight" aria-label="What does not fit">
      <h2>
        Does not fit<span class="note">in {formatBytes(room)}</span>
      </h2>
      {over.length === 0 ? (
        <p class="callout">
          {memory.planned > room
            ? `At no operator is more alive than there is room for: it is the plan that stands ${formatBytes(memory.planned - room)} too high. Another planner may do.`
            : `The plan itself fits; AllocateTensors needs ${formatBytes(needed - room)} more while it plans.`}
        </p>
      ) : (
        <table class="over">
          <tbody>
            {over.slice(0, ROWS_SHOWN).map((position) => (
              <tr key={position}>
                <td>
                  <button
                    type="button"
                    class="link-button"
                    onClick={() => {
                      model.select({ node: nodeAt(memory, position), tensor: null });
                    }}
                  >
                    #{nodeAt(memory, position)} {memory.operators[position]}
                  </button>
                </td>
                <td class="num">
                  {formatInteger(memory.live[position]!)}
                  <span class="unit">B</span>
                </td>
                <td class="num bad">+{formatInteger(memory.live[position]! - room)}</td>
              </tr>
            ))}
            {over.length > ROWS_SHOWN ? (
              <tr>
                <td class="muted" colSpan={3}>
                  and {plural(over.length - ROWS_SHOWN, 'more operator')}
                </td>
              </tr>
            ) : null}
          </tbody>
        </table>
      )}
    </section>
  );
}
