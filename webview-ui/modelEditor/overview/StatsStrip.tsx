import type { ComponentChildren } from 'preact';
import type { ProfileAnswer } from '../../../src/core/answers/profileAnswer';
import type { ModelOverview, ProfileView } from '../../../src/protocol/views';
import {
  binaryQuantity,
  countQuantity,
  formatBinary,
  formatBytes,
  formatInteger,
  formatMilliseconds,
  type Quantity,
} from '../../shared/formatNumber';
import { isEstimated } from '../estimated';

/** The six figures one looks for first. */
export function StatsStrip({
  overview,
  profile,
}: {
  readonly overview: ModelOverview;
  readonly profile: ProfileView | null;
}) {
  const { parameters, macs, fileBytes, weightBytes } = overview.inspect;
  // Tensors alone take no arena and no time: such figures are not zero, there are none.
  const hasGraph = overview.inspect.nodes > 0;
  return (
    <div class="stats">
      <Stat caption="Parameters" quantity={{ value: formatInteger(parameters), unit: '' }}>
        {formatBinary(weightBytes)} of weights
      </Stat>
      {hasGraph ? (
        <Stat caption="MACs per inference" quantity={macs === null ? null : countQuantity(macs)}>
          {macs === null ? <UnknownMacs notes={overview.inspect.notes} /> : formatInteger(macs)}
        </Stat>
      ) : null}
      <Stat caption="File" quantity={binaryQuantity(fileBytes)}>
        {formatBytes(fileBytes)}
      </Stat>
      {profile === null || !hasGraph ? null : <ProfileStats view={profile} />}
    </div>
  );
}

const MACS_NOTE = 'MACs are not counted for ';

/** Whose MACs are missing, as the answer's notes say it. */
function UnknownMacs({ notes }: { readonly notes: readonly string[] }) {
  const note = notes.find((text) => text.startsWith(MACS_NOTE));
  if (note === undefined) return <>see the notes</>;
  return <span title={note}>not counted: {note.slice(MACS_NOTE.length)}</span>;
}

function ProfileStats({ view }: { readonly view: ProfileView }) {
  const { profile, memory } = view;
  const arena = profile.arena.total ?? profile.arena.planned;
  const bound = profile.lowerBound;
  return (
    <>
      <Stat caption={arenaCaption(profile)} quantity={arena === null ? null : binaryQuantity(arena)}>
        {arena === null ? 'see the notes' : formatBytes(arena)}
      </Stat>
      <Stat caption="Peak" quantity={bound === null ? null : binaryQuantity(bound)}>
        {memory === null ? 'see the notes' : `live at #${memory.peak} ${memory.operators[memory.peak] ?? ''}`}
      </Stat>
      <LatencyStat latency={profile.latencyMs} />
    </>
  );
}

function arenaCaption(profile: ProfileAnswer): string {
  const { total, planned } = profile.arena;
  const words = ['Tensor arena'];
  if (total === null && planned !== null) words.push('planned');
  if (isEstimated(profile, total === null ? 'arena.planned' : 'arena.total')) words.push('estimated');
  return words.join(', ');
}

function LatencyStat({ latency }: { readonly latency: ProfileAnswer['latencyMs'] }) {
  if (latency === null) return null;
  const range = `${formatMilliseconds(latency.low)}–${formatMilliseconds(latency.high)}`;
  return (
    <Stat caption="Latency, estimated" quantity={{ value: range, unit: 'ms' }}>
      <span title={latency.source}>{latency.source}</span>
    </Stat>
  );
}

interface StatProps {
  readonly caption: string;
  readonly quantity: Quantity | null;
  readonly children: ComponentChildren;
}

function Stat({ caption, quantity, children }: StatProps) {
  return (
    <div>
      <div class="caption ellipsis" title={caption}>
        {caption}
      </div>
      {quantity === null ? (
        <div class="value muted">not computed</div>
      ) : (
        <div class="value num">
          {quantity.value}
          {quantity.unit === '' ? null : <span class="unit">{quantity.unit}</span>}
        </div>
      )}
      <div class="caption num ellipsis">{children}</div>
    </div>
  );
}
