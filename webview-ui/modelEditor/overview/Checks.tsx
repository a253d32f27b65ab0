import type { LintFinding, Severity } from '../../../src/core/answers/profileAnswer';
import { plural } from '../../shared/formatNumber';
import { Icon, type IconName } from '../../shared/Icon';
import type { EditorModel } from '../editorModel';

const looks: Readonly<Record<Severity, { readonly icon: IconName; readonly color: string; readonly word: string }>> = {
  error: { icon: 'error', color: 'bad', word: 'error' },
  warning: { icon: 'warning', color: 'warn', word: 'warning' },
  info: { icon: 'info', color: 'link', word: 'hint' },
};

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
const FINDINGS_SHOWN = 30;

/** What the linter found, worst first, each with where to go from it. */
export function Checks({ model }: { readonly model: EditorModel }) {
  const profile = model.profile.value.value?.profile;
  if (profile === undefined) return null;
  const findings = SEVERITIES.flatMap((severity) => profile.lint.filter((finding) => finding.severity === severity));
  const counts = SEVERITIES.map(
    (severity) => [severity, findings.filter((f) => f.severity === severity).length] as const,
  )
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => plural(count, looks[severity].word));
  return (
    <section class="stack">
      <h2>
        Checks <span class="note">{counts.join(' · ')}</span>
      </h2>
      <div>
        {findings.length === 0 ? (
          <div class="finding">
            <span class="ok">
              <Icon name="ok" />
            </span>
            <span>Nothing stands in the way on this runtime{profile.board === null ? '' : ' and board'}.</span>
          </div>
        ) : null}
        {findings.slice(0, FINDINGS_SHOWN).map((finding, index) => (
          <Finding key={index} finding={finding} model={model} />
        ))}
        {findings.length > FINDINGS_SHOWN ? (
          <p class="caption">and {findings.length - FINDINGS_SHOWN} more; “Copy report” has them all.</p>
        ) : null}
      </div>
    </section>
  );
}

function Finding({ finding, model }: { readonly finding: LintFinding; readonly model: EditorModel }) {
  const look = looks[finding.severity];
  return (
    <div class="finding">
      <span class={look.color} title={look.word}>
        <Icon name={look.icon} />
        <span class="visually-hidden">{look.word}: </span>
      </span>
      <span class="grow">
        {finding.message}
        <br />
        <span class="mono muted">{finding.rule}</span>
      </span>
      <NextStep finding={finding} model={model} />
    </div>
  );
}

function NextStep({ finding, model }: { readonly finding: LintFinding; readonly model: EditorModel }) {
  const { node, rule } = finding;
  if (node !== null) {
    return (
      <button
        type="button"
        class="button quiet"
        onClick={() => {
          model.reveal('graph', { graph: 0, node, tensor: null });
        }}
      >
        Show #{node}
      </button>
    );
  }
  if (!/arena|plan|peak|memory/.test(rule)) return null;
  return (
    <button
      type="button"
      class="button quiet"
      onClick={() => {
        model.tab.value = 'memory';
      }}
    >
      See memory
    </button>
  );
}
