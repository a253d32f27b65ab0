import { describeProblem } from './describeProblem';
import type { EditorModel } from './editorModel';
import { Frame } from './Frame';
import { GraphTab } from './graph/GraphTab';
import { LayersTab } from './layers/LayersTab';
import { MemoryTab } from './memory/MemoryTab';
import { OverviewTab } from './overview/OverviewTab';
import { ProblemPage, StaleBanner } from './StatePages';
import { TryItTab } from './tryIt/TryItTab';

const screens = {
  overview: OverviewTab,
  graph: GraphTab,
  layers: LayersTab,
  memory: MemoryTab,
  tryIt: TryItTab,
} as const;

/** The model editor: one file, four views of it, and a place to run it. */
export function App({ model }: { readonly model: EditorModel }) {
  const failure = model.overview.failure.value;
  const context = model.context.value;
  if (failure !== null && model.overview.value.value === null) {
    return (
      <main class="editor">
        <ProblemPage model={model} problem={describeProblem(failure, context?.fileName ?? 'The file')} />
      </main>
    );
  }
  const stale = failure !== null || (context !== null && context.deletedAtMs !== null);
  const tab = model.tab.value;
  const Screen = screens[tab];
  return (
    <main class="editor">
      <Frame model={model} />
      <StaleBanner model={model} />
      <section id="screen" class={stale ? 'screen stale' : 'screen'} role="tabpanel" aria-labelledby={`tab-${tab}`}>
        <Screen model={model} />
      </section>
    </main>
  );
}
