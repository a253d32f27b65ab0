import type { MemoryOptionsView, ProfileView } from '../../../src/protocol/views';
import { binaryQuantity, formatInteger } from '../../shared/formatNumber';
import { isEstimated } from '../estimated';
import type { ShownPlan } from './memoryChoice';

interface ArenaTableProps {
  readonly view: ProfileView;
  readonly shown: ShownPlan;
}

/** What the arena is made of. */
export function ArenaTable({ view, shown }: ArenaTableProps) {
  const { arena } = view.profile;
  const { figures, isOwn } = shown;
  const isEstimate = (key: string): boolean => !isOwn || isEstimated(view.profile, key);
  // Parts are of the model as it is: a changed model's tail has others.
  const parts = figures.persistent === arena.persistent ? arena.parts : [];
  return (
    <section class="stack tight" aria-label="Arena">
      <h2>Arena</h2>
      <table>
        <tbody>
          <Row name="Planned" swatch="var(--c-1)" bytes={figures.planned} isEstimate={isEstimate('arena.planned')} />
          {isOwn ? (
            <Row
              name="Scratch, in the plan"
              swatch="hatched"
              bytes={arena.scratch}
              isEstimate={isEstimate('arena.scratch')}
            />
          ) : null}
          <Row
            name="Persistent"
            swatch="var(--c-4)"
            bytes={figures.persistent}
            isEstimate={isEstimate('arena.persistent')}
          />
          {parts.map(({ name, bytes }) => (
            <tr key={name} class="part">
              <td>{name}</td>
              <Bytes bytes={bytes} />
            </tr>
          ))}
          <tr class="total">
            <td>Total{isEstimate('arena.total') && figures.total !== null ? <Estimate /> : null}</td>
            <Bytes bytes={figures.total} />
          </tr>
          {figures.minimum === null ? null : (
            <Row
              name="Least that works"
              swatch={null}
              bytes={figures.minimum}
              isEstimate={isEstimate('arena.minimum')}
              title="AllocateTensors needs room of its own while it plans: the smallest arena with which it succeeds."
            />
          )}
        </tbody>
      </table>
    </section>
  );
}

/** What the runtime takes of RAM besides its arena, by name. */
export function OutsideArena({ options }: { readonly options: MemoryOptionsView | null }) {
  if (options === null || options.outside.length === 0) return null;
  return (
    <section class="stack tight" aria-label="Outside the arena">
      <h2>
        Outside the arena<span class="note">comes on top</span>
      </h2>
      <dl class="outside caption">
        {options.outside.map(({ name, note }) => (
          <div key={name}>
            <dt class="mono">{name}</dt>
            <dd>{note}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Estimate() {
  return <span class="muted"> · estimate</span>;
}

interface RowProps {
  readonly name: string;
  /** A colour, `hatched`, or none. */
  readonly swatch: string | null;
  readonly bytes: number | null;
  readonly isEstimate: boolean;
  readonly title?: string;
}

function Row({ name, swatch, bytes, isEstimate, title }: RowProps) {
  const isHatched = swatch === 'hatched';
  return (
    <tr title={title}>
      <td>
        {swatch === null ? null : (
          <span class={isHatched ? 'swatch hatched' : 'swatch'} style={isHatched ? {} : { background: swatch }} />
        )}{' '}
        {name}
        {isEstimate && bytes !== null ? <Estimate /> : null}
      </td>
      <Bytes bytes={bytes} />
    </tr>
  );
}

function Bytes({ bytes }: { readonly bytes: number | null }) {
  if (bytes === null) {
    return (
      <td class="num muted" colSpan={2}>
        not known
      </td>
    );
  }
  const { value, unit } = binaryQuantity(bytes);
  return (
    <>
      <td class="num">
        {formatInteger(bytes)}
        <span class="unit">B</span>
      </td>
      <td class="num muted kib-cell">{unit === 'B' ? '' : `${value} ${unit}`}</td>
    </>
  );
}
