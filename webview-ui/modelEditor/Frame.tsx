import type { EditorAction, EditorTab } from '../../src/protocol/modelEditor';
import type { ProfileView } from '../../src/protocol/views';
import { Menu } from '../shared/controls';
import { Icon, type IconName } from '../shared/Icon';
import { useShortcuts } from '../shared/shortcuts';
import type { EditorModel } from './editorModel';
import { TABS } from './editorState';
import { fitVerdict, isRamOver, type FitVerdict } from './fitVerdict';

const names: Readonly<Record<EditorTab, string>> = {
  overview: 'Overview',
  graph: 'Graph',
  layers: 'Layers',
  memory: 'Memory',
  tryIt: 'Try it',
};

export const verdictIcons: Readonly<Record<FitVerdict['level'], IconName>> = {
  ok: 'ok',
  warn: 'warning',
  bad: 'error',
  none: 'info',
};

/** Tabs, verdict, board and runtime: the bar above every screen. */
export function Frame({ model }: { readonly model: EditorModel }) {
  const profile = model.profile.value.value;
  useShortcuts(
    Object.fromEntries(
      TABS.map((tab, index) => [
        `${index + 1}`,
        () => {
          model.tab.value = tab;
        },
      ]),
    ),
  );
  return (
    <header class="bar">
      <TabList model={model} over={profile !== null && isRamOver(profile.profile)} />
      <div class="bar-right">
        <FitPill profile={profile} pending={model.profile.pending.value} />
        <Picker
          caption="Board"
          value={boardText(model, profile)}
          onClick={() => {
            model.act('pickBoard');
          }}
        />
        <Picker
          caption="Runtime"
          value={profile?.runtimeName ?? model.context.value?.runtime ?? '…'}
          onClick={() => {
            model.act('pickRuntime');
          }}
        />
        <Menu label="More actions" items={menuItems(model)} />
      </div>
    </header>
  );
}

function TabList({ model, over }: { readonly model: EditorModel; readonly over: boolean }) {
  const active = model.tab.value;
  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(active) + step + TABS.length) % TABS.length];
    if (next === undefined) return;
    model.tab.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Views of the model" onKeyDown={move}>
      {TABS.map((tab) => (
        <button
          key={tab}
          id={`tab-${tab}`}
          type="button"
          role="tab"
          aria-selected={tab === active}
          aria-controls="screen"
          tabIndex={tab === active ? 0 : -1}
          onClick={() => {
            model.tab.value = tab;
          }}
        >
          {names[tab]}
          {tab === 'memory' && over ? <span class="dot" role="img" aria-label="over the limit" /> : null}
        </button>
      ))}
    </div>
  );
}

function FitPill({ profile, pending }: { readonly profile: ProfileView | null; readonly pending: boolean }) {
  if (profile === null) {
    if (!pending) return null;
    return (
      <span class="pill muted">
        <Icon name="busy" size="small" />
        profiling
      </span>
    );
  }
  const verdict = fitVerdict(profile.profile);
  return (
    <span class={`pill ${verdict.level}`} role="status" title={verdict.sentence}>
      <Icon name={verdictIcons[verdict.level]} size="small" />
      {verdict.short}
    </span>
  );
}

interface PickerProps {
  readonly caption: string;
  readonly value: string;
  readonly onClick: () => void;
}

function Picker({ caption, value, onClick }: PickerProps) {
  return (
    <button type="button" class="picker" onClick={onClick} title={`${caption}: ${value}`}>
      <span class="key wide-only">{caption}</span>
      <span class="ellipsis">{value}</span>
      <Icon name="chevronDown" size="small" />
    </button>
  );
}

function boardText(model: EditorModel, profile: ProfileView | null): string {
  return profile?.boardName ?? model.context.value?.board ?? 'Choose…';
}

function menuItems(model: EditorModel): readonly { text: string; onSelect: () => void }[] {
  const actions: readonly (readonly [string, EditorAction])[] = [
    ['Copy report', 'copyReport'],
    ['Show log', 'showLog'],
    ['Open as text', 'openAsText'],
  ];
  return actions.map(([text, action]) => ({
    text,
    onSelect: () => {
      model.act(action);
    },
  }));
}
