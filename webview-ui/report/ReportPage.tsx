import type { LayerError, TransformAnswer } from '../../src/core/answers/transformAnswer';
import type { ReportAction, ReportView } from '../../src/protocol/report';
import { Button } from '../shared/controls';
import { formatDecibels, formatPercent } from '../shared/formatNumber';
import { Icon, type IconName } from '../shared/Icon';
import { changesOf, formatChange, type Change } from './changes';
import { LayerErrors } from './LayerErrors';
import { verdictOf, type Verdict } from './verdict';

interface ReportPageProps {
  readonly report: ReportView;
  readonly act: (action: ReportAction) => void;
}

const VERDICT_ICONS: Readonly<Record<Verdict['kind'], IconName>> = {
  ok: 'ok',
  warn: 'warning',
  bad: 'error',
  info: 'info',
};

/** Before and after of one transform: verdict, figures, layers, and what was not known. */
export function ReportPage({ report, act }: ReportPageProps) {
  const { answer } = report;
  const verdict = verdictOf(answer);
  return (
    <main class="report">
      <header class="title-row">
        <div class="stack">
          <h1>
            {fileName(answer.source)} <span class="to">to</span> {fileName(answer.output)}
          </h1>
          <p class="muted num summary">{summaryOf(report)}</p>
        </div>
        <span class="row actions">
          <Button kind="primary" onClick={() => act('openResult')}>
            Open result
          </Button>
          <Button onClick={() => act('openSource')}>Open original</Button>
          <Button onClick={() => act('again')}>
            {answer.command === 'quantize' ? 'Quantize again…' : 'Prune again…'}
          </Button>
          <Button kind="quiet" onClick={() => act('copyJson')}>
            Copy as JSON
          </Button>
        </span>
      </header>
      <p class={`callout ${verdict.kind}`}>
        <Icon name={VERDICT_ICONS[verdict.kind]} />
        <span>{verdict.text}</span>
      </p>
      <Strip answer={answer} />
      <div class="columns">
        {answer.layers.some(hasFigure) ? <LayerErrors layers={answer.layers} /> : null}
        <div class="stack">
          <BeforeAfter changes={changesOf(answer)} />
          <Notes notes={answer.notes} />
        </div>
      </div>
    </main>
  );
}

/** Without data there is nothing measured of a layer. */
function hasFigure({ sqnrDb, aloneSqnrDb, seen, covered }: LayerError): boolean {
  return [sqnrDb, aloneSqnrDb, seen, covered].some((figure) => (figure ?? null) !== null);
}

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

function summaryOf({ answer, madeAtMs }: ReportView): string {
  const data = answer.data === null ? 'without data' : `${answer.samples} samples of ${fileName(answer.data)}/`;
  const when = new Date(madeAtMs).toLocaleString();
  return [answer.method, data, `${answer.seconds.toFixed(1)} s`, when].join(' · ');
}

function Strip({ answer }: { readonly answer: TransformAnswer }) {
  const measured = answer.samples > 0;
  const same = answer.top1Agreement;
  const figures: readonly (readonly [caption: string, value: string, unit: string, note: string])[] = [
    ['File', formatChange(answer.after.fileBytes / answer.before.fileBytes), '', 'against the original'],
    [
      'Agrees with the original',
      same === null ? '–' : formatPercent(same),
      '',
      labelled(answer, 'top1Agreement', agreementNote(answer)),
    ],
    [
      'SQNR of the output',
      measured ? decibels(answer.sqnrDb) : 'not measured',
      measured && answer.sqnrDb !== null ? 'dB' : '',
      labelled(answer, 'sqnrDb', 'usual: above 20 dB'),
    ],
    [
      'Cosine',
      answer.cosine === null ? '–' : answer.cosine.toFixed(4),
      '',
      labelled(answer, 'cosine', '1 is identical'),
    ],
  ];
  return (
    <section class="strip" aria-label="Figures">
      {figures.map(([caption, value, unit, note]) => (
        <div key={caption}>
          <span class="caption">{caption}</span>
          <span class="value num">
            {value}
            {unit === '' ? null : <span class="unit">{unit}</span>}
          </span>
          <span class="caption">{note}</span>
        </div>
      ))}
    </section>
  );
}

/** Measured and estimated figures never look alike: an estimate says so beside it. */
function labelled(answer: TransformAnswer, key: string, note: string): string {
  return answer.estimated.includes(key) ? `estimated · ${note}` : note;
}

function decibels(value: number | null): string {
  return value === null ? 'identical' : formatDecibels(value);
}

function agreementNote({ top1Agreement, samples }: TransformAnswer): string {
  if (samples === 0) return 'no data was given';
  if (top1Agreement === null) return 'no class output';
  const changed = Math.round((1 - top1Agreement) * samples);
  return `${changed} of ${samples} answers changed`;
}

function BeforeAfter({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <section class="stack">
      <h2>Before and after</h2>
      <table>
        <thead>
          <tr>
            <th />
            <th class="num">before</th>
            <th class="num">after</th>
            <th />
            <th class="num">change</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <ChangeRow key={change.name} change={change} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ChangeRow({ change }: { readonly change: Change }) {
  const { name, before, after, ratio, remark } = change;
  const better = ratio !== null && ratio < 0.9995;
  return (
    <>
      <tr class={remark === null ? '' : 'has-remark'}>
        <td>{name}</td>
        <td class="num muted">{before}</td>
        <td class="num strong bold">{after}</td>
        <td>
          <span class="bar-track" aria-hidden="true">
            <i class="bar-fill" style={{ width: `${Math.min(100, (ratio ?? 0) * 100)}%`, background: 'var(--c-1)' }} />
          </span>
        </td>
        <td class={`num ${better && name !== 'Zero weights' ? 'ok' : 'muted'}`}>{formatChange(ratio)}</td>
      </tr>
      {remark === null ? null : (
        <tr class="remark">
          <td colSpan={5} class="caption">
            {remark}
          </td>
        </tr>
      )}
    </>
  );
}

function Notes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <section class="stack">
      <h2>What to know</h2>
      <ul class="notes">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}
