import { describeProblem } from './describeProblem';
import type { EditorModel } from './editorModel';
import { Frame } from './Frame';
import { GraphTab } from './graph/GraphTab';
import { LayersTab } from './layers/LayersTab';
import { MemoryTab } from './memory/MemoryTab';
import { OverviewTab } from './overview/OverviewTab';
import { ProblemPage, StaleBanner } from './StatePages';

/** The model editor: one file, four views of it. */
export function App({ model }: { readonly model: EditorModel }) {
  const failure = model.overview.failure.value;
  if (failure !== null && model.overview.value.value === null) {
    const name = model.context.value?.fileName ?? 'The file';
    return (
      <main class="editor">
        <ProblemPage model={model} problem={describeProblem(failure, name)} />
      </main>
    );
  }
  const stale = failure !== null || (model.context.value?.deletedAtMs ?? null) !== null;
  const tab = model.tab.value;
  return (
    <main class="editor">
      <Frame model={model} />
      <StaleBanner model={model} />
      <section id="screen" class={stale ? 'screen stale' : 'screen'} role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'overview' ? <OverviewTab model={model} /> : null}
        {tab === 'graph' ? <GraphTab model={model} /> : null}
        {tab === 'layers' ? <LayersTab model={model} /> : null}
        {tab === 'memory' ? <MemoryTab model={model} /> : null}
      </section>
    </main>
  );
}
