import type { ComponentChildren } from 'preact';
import { SearchBox } from '../shared/controls';
import { formatInteger, plural } from '../shared/formatNumber';
import { LogList } from './LogList';
import { logFilters, type LogFilter } from './logModel';
import type { MonitorModel } from './monitorModel';

/** What was printed and sent: searched in the whole session, shown from its end. */
export function LogPanel({ model, children }: { readonly model: MonitorModel; readonly children: ComponentChildren }) {
  const { log } = model;
  const all = model.totals.value?.lines ?? 0;
  const narrowed = log.text.value !== '' || log.filter.value !== 'all';
  return (
    <section class="log">
      <h2 class="log-head">
        Log
        <span class="note num">
          {narrowed ? `${formatInteger(log.matches.value)} of ${plural(all, 'line')}` : plural(all, 'line')}
        </span>
        <span class="grow" />
        <SearchBox
          value={log.text.value}
          placeholder="Search"
          label="Search the log"
          onInput={(text) => {
            log.narrow(text, log.filter.value);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') log.narrow('', log.filter.value);
          }}
        />
        <select
          class="select"
          aria-label="Lines to show"
          value={log.filter.value}
          onChange={(event) => {
            log.narrow(log.text.value, event.currentTarget.value as LogFilter);
          }}
        >
          {logFilters.map(([filter, name]) => (
            <option key={filter} value={filter}>
              {name}
            </option>
          ))}
        </select>
      </h2>
      <LogList log={log} />
      {children}
    </section>
  );
}
