import { useShortcuts } from '../shared/shortcuts';
import { ClassStrip } from './ClassStrip';
import { CommandInput } from './CommandInput';
import { LogPanel } from './LogPanel';
import type { MonitorModel } from './monitorModel';
import { Banner, StatePage } from './MonitorStates';
import { SeriesPlot } from './SeriesPlot';
import { SidePanel } from './SidePanel';
import { TopBar } from './TopBar';

/** The device monitor: what is connected, its signals and classes, what it printed; beside it what it means now. */
export function App({ model }: { readonly model: MonitorModel }) {
  useShortcuts({
    p: () => {
      model.togglePause();
    },
    '/': () => {
      document.querySelector<HTMLInputElement>('.log-head input')?.focus();
    },
  });
  const heard = (model.totals.value?.bytes ?? 0) > 0;
  return (
    <main class="monitor">
      <TopBar model={model} />
      {heard ? <Live model={model} /> : <StatePage model={model} />}
    </main>
  );
}

function Live({ model }: { readonly model: MonitorModel }) {
  const plotted = model.series.value.length > 0;
  const hasClasses = model.latest.value?.kind === 'classification';
  const hasResults = model.latest.value !== null;
  return (
    <div class={hasResults ? 'live' : 'live no-side'}>
      <div class="left">
        <Banner model={model} />
        {plotted || hasClasses ? (
          <section class="signals">
            {plotted ? <SeriesPlot model={model} /> : null}
            {hasClasses ? <ClassStrip model={model} /> : null}
          </section>
        ) : null}
        <LogPanel model={model}>
          <CommandInput model={model} />
        </LogPanel>
      </div>
      {hasResults ? <SidePanel model={model} /> : null}
    </div>
  );
}
