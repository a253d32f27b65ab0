import { useEffect, useState } from 'preact/hooks';
import type { EditorProblem } from '../../src/protocol/modelEditor';
import { Button } from '../shared/controls';
import { Icon } from '../shared/Icon';
import type { Failure } from '../shared/Resource';
import { describeProblem } from './describeProblem';
import type { EditorModel } from './editorModel';

const SKELETON_DELAY_MS = 150;

/** Grey bars of the final height; nothing at all for an answer that comes at once. */
export function Skeleton({ rows = 8 }: { readonly rows?: number }) {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setVisible(true);
    }, SKELETON_DELAY_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      {visible
        ? Array.from({ length: rows }, (_, row) => (
            <i key={row} style={{ width: `${[38, 62, 84, 71][row % 4] ?? 60}%` }} />
          ))
        : null}
    </div>
  );
}

interface EmptyProps {
  readonly icon: 'error' | 'info' | 'chip';
  readonly title: string;
  readonly message: string;
  readonly details?: readonly string[];
  readonly children?: preact.ComponentChildren;
}

/** What is not here, why, and what to do. */
export function Empty({ icon, title, message, details = [], children }: EmptyProps) {
  return (
    <div class="notice" role={icon === 'error' ? 'alert' : 'note'}>
      <span class={icon === 'error' ? 'bad' : 'muted'}>
        <Icon name={icon} size="large" />
      </span>
      <h1>{title}</h1>
      <p>{message}</p>
      {details.length === 0 ? null : (
        <ul class="mono">
          {details.slice(0, 50).map((detail, index) => (
            <li key={index}>{detail}</li>
          ))}
          {details.length > 50 ? <li>and {details.length - 50} more</li> : null}
        </ul>
      )}
      <div class="row actions">{children}</div>
    </div>
  );
}

/** In place of a graph or table of operators that a file does not have. */
export function NoOperators({ model }: { readonly model: EditorModel }) {
  return (
    <Empty
      icon="info"
      title="No operators"
      message="This file holds tensors without the operators that compute with them. The overview lists the tensors."
    >
      <Button
        onClick={() => {
          model.tab.value = 'overview';
        }}
      >
        Show the overview
      </Button>
    </Empty>
  );
}

/** The page in place of a model that cannot be shown. */
export function ProblemPage({ model, problem }: { readonly model: EditorModel; readonly problem: EditorProblem }) {
  return (
    <Empty
      icon={problem.reason === 'lfs-pointer' ? 'info' : 'error'}
      title={problem.title}
      message={problem.message}
      details={problem.details}
    >
      <Button
        kind={problem.canRetry ? 'primary' : 'secondary'}
        onClick={() => {
          model.retry();
        }}
      >
        Try again
      </Button>
      <Button
        onClick={() => {
          model.act('openAsText');
        }}
      >
        Open as text
      </Button>
      <Button
        onClick={() => {
          model.act('showLog');
        }}
      >
        Show log
      </Button>
    </Empty>
  );
}

/** A tab whose answer failed while the rest of the model is here. */
export function TabProblem({ model, failure }: { readonly model: EditorModel; readonly failure: Failure }) {
  const name = model.context.value?.fileName ?? 'The model';
  return <ProblemPage model={model} problem={describeProblem(failure, name)} />;
}

/** Why the numbers below are old, when they were new, and what to do. */
export function StaleBanner({ model }: { readonly model: EditorModel }) {
  const context = model.context.value;
  const deletedAt = context?.deletedAtMs ?? null;
  const failure = model.overview.failure.value;
  if (deletedAt !== null && context !== null) {
    return (
      <div class="callout warn banner" role="alert">
        <Icon name="warning" />
        <span>
          <b>{context.fileName} was deleted</b> at {clock(deletedAt)}. This is the last view of it; it comes back by
          itself when the file does.
        </span>
      </div>
    );
  }
  if (failure === null || model.overview.value.value === null) return null;
  const problem = describeProblem(failure, context?.fileName ?? 'The model');
  const since = model.updatedAtMs.value;
  return (
    <div class="callout bad banner" role="alert">
      <Icon name="error" />
      <span>
        <b>{problem.title}.</b> {problem.message}
        {since === null ? null : <span class="muted"> The numbers below are from {clock(since)}.</span>}
      </span>
      <span class="grow" />
      <Button
        onClick={() => {
          model.retry();
        }}
      >
        Try again
      </Button>
      <Button
        onClick={() => {
          model.act('showLog');
        }}
      >
        Show log
      </Button>
    </div>
  );
}

function clock(epochMs: number): string {
  return new Date(epochMs).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
