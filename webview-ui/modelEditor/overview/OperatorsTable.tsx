import type { ModelOverview, OperatorShare } from '../../../src/protocol/views';
import { formatInteger, formatPercent, NOT_APPLICABLE, plural } from '../../shared/formatNumber';

/** Which operators the model is made of, and their share of the work. */
export function OperatorsTable({ overview }: { readonly overview: ModelOverview }) {
  const shares = [...overview.operatorShares].sort((a, b) => (b.macs ?? -1) - (a.macs ?? -1) || b.count - a.count);
  const total = shares.reduce((sum, share) => sum + (share.macs ?? 0), 0);
  const isWhole = shares.every((share) => share.macs !== null);
  return (
    <section class="stack">
      <h2>
        Operators{' '}
        <span class="note">
          {formatInteger(overview.inspect.nodes)} of {plural(shares.length, 'kind')}
        </span>
      </h2>
      <table class="operators">
        <thead>
          <tr>
            <th>Operator</th>
            <th class="num">Count</th>
            <th class="num">MACs</th>
            <th class="share-head">{isWhole ? 'Share of MACs' : 'Share of known MACs'}</th>
          </tr>
        </thead>
        <tbody>
          {shares.map((share) => (
            <Row key={`${share.op} ${share.version}`} share={share} total={total} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ share, total }: { readonly share: OperatorShare; readonly total: number }) {
  const { macs } = share;
  const part = macs === null || total === 0 ? 0 : macs / total;
  return (
    <tr>
      <td class="mono">
        {share.op}
        {share.version > 0 ? <span class="muted"> v{share.version}</span> : null}
      </td>
      <td class="num">{formatInteger(share.count)}</td>
      <td class="num">{macs === null ? 'not computed' : macs === 0 ? NOT_APPLICABLE : formatInteger(macs)}</td>
      <td class="share-head">
        {macs === null || macs === 0 ? (
          <span class="muted">{macs === 0 ? 'no MACs' : ''}</span>
        ) : (
          <>
            <span class="bar-track wide-only" aria-hidden="true">
              <span class="bar-fill" style={{ width: `${part * 100}%`, background: 'var(--accent)' }} />
            </span>{' '}
            <span class="num muted">{formatPercent(part)}</span>
          </>
        )}
      </td>
    </tr>
  );
}
