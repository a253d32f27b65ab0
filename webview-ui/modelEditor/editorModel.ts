import { batch, computed, effect, signal } from '@preact/signals';
import { caller, answerer, type Caller } from '../../src/protocol/connection';
import type {
  DroppedFile,
  EditorAction,
  EditorContext,
  EditorNotifications,
  EditorRequestNotifications,
  EditorRequests,
  EditorSelection,
  EditorState,
  EditorTab,
} from '../../src/protocol/modelEditor';
import type {
  GraphView,
  HistogramView,
  LayersView,
  MemoryOptionsView,
  MemoryPlanView,
  MemoryQuestion,
  ModelOverview,
  NodeView,
  NoPlanView,
  ProfileView,
} from '../../src/protocol/views';
import { Resource } from '../shared/Resource';
import type { WebviewPort } from '../shared/webviewPort';
import { parseEditorState } from './editorState';
import { TryItModel } from './tryIt/tryItModel';

/** All that the editor knows and what is picked in it. Screens read its signals and call its methods. */
export class EditorModel {
  readonly context = signal<EditorContext | null>(null);
  readonly overview = new Resource<ModelOverview>();
  readonly profile = new Resource<ProfileView>();
  readonly graph = new Resource<GraphView>();
  readonly layers = new Resource<LayersView>();
  readonly node = new Resource<NodeView>();
  readonly histogram = new Resource<HistogramView>();
  readonly memoryOptions = new Resource<MemoryOptionsView>();
  readonly memoryPlan = new Resource<MemoryPlanView | NoPlanView>();

  readonly tab = signal<EditorTab>('overview');
  readonly selection = signal<EditorSelection>({ graph: 0, node: null, tensor: null });
  readonly graphView = signal<EditorState['graphView']>(null);
  readonly overlay = signal<EditorState['overlay']>('none');
  readonly layersSort = signal<EditorState['layersSort']>(null);
  readonly layersFilter = signal('');
  /** The plan that the memory tab shows; null for the runtime's own of the model as it is. */
  readonly memoryQuestion = signal<MemoryQuestion | null>(null);
  /** Counts up when the selection came from elsewhere and is to be brought into view. */
  readonly reveals = signal(0);
  /** When the shown numbers arrived, for the time beside them once they are stale. */
  readonly updatedAtMs = signal<number | null>(null);

  /** The subgraph that all tabs show. */
  readonly graphIndex = computed(() => this.selection.value.graph);
  /** Memory and fit are of the main graph, as are operator numbers in findings. */
  readonly isMainGraph = computed(() => this.graphIndex.value === 0);

  readonly tryIt: TryItModel;

  readonly #port: WebviewPort;
  readonly #host: Caller<EditorRequests, EditorRequestNotifications>;
  /** Count up when the file's content, or board and runtime, are others: answers before that are old. */
  readonly #file = signal(0);
  readonly #target = signal(0);
  #revealsTaken = 0;
  readonly #drawn = new Set<EditorTab>();

  constructor(port: WebviewPort) {
    this.#port = port;
    this.#host = caller(port.connection);
    const state = parseEditorState(port.getState());
    this.tab.value = state.tab;
    this.selection.value = state.selection;
    this.graphView.value = state.graphView;
    this.overlay.value = state.overlay;
    this.layersSort.value = state.layersSort;
    this.layersFilter.value = state.layersFilter;
    this.tryIt = new TryItModel(this.#host, state.tryIt);
  }

  /** Opens the line and asks for all that the active tab shows, in parallel. */
  start(): void {
    const host = answerer<object, EditorNotifications>(this.#port.connection);
    host.onNotification('context', (context) => {
      this.#take(context);
    });
    this.tryIt.listen(host);
    host.onNotification('reveal', ({ tab, selection }) => {
      this.reveal(tab, selection);
    });
    this.#port.connection.listen();
    this.#host.request('context', null).then(
      (context) => {
        if (this.context.peek() === null) this.#take(context);
      },
      () => {
        // The line itself is closed; the requests below say so where it shows.
      },
    );
    effect(() => {
      this.#ask();
    });
    effect(() => {
      this.#store();
    });
    effect(() => {
      if (this.overview.value.value !== null && this.overview.failure.value === null)
        this.updatedAtMs.value = Date.now();
    });
  }

  /** Tells the host what a user asked for. */
  act(action: EditorAction): void {
    this.#host.request('act', { action }).catch(() => {
      // The host shows its own failures.
    });
  }

  /** Shows what a built firmware takes beside the model. */
  dropFirmware(dropped: DroppedFile): void {
    this.#host.request('dropFirmware', dropped).catch(() => {
      // As above.
    });
  }

  copyText(text: string): void {
    this.#host.request('copyText', { text }).catch(() => {
      // As above.
    });
  }

  retry(): void {
    this.act('retry');
    this.#file.value += 1;
  }

  select(selection: Partial<EditorSelection>): void {
    const next = { ...this.selection.value, ...selection };
    if (next.graph !== this.graphIndex.value) this.#forgetGraph();
    this.selection.value = next;
  }

  /** Another subgraph: ids mean something else there. */
  selectGraph(graph: number): void {
    if (graph === this.graphIndex.value) return;
    batch(() => {
      this.select({ graph, node: null, tensor: null });
    });
  }

  /** Shows an operator or a tensor in a tab. */
  reveal(tab: EditorTab, selection: Partial<EditorSelection>): void {
    batch(() => {
      this.select(selection);
      this.tab.value = tab;
      this.reveals.value += 1;
    });
  }

  /** True once for each reveal: whoever shows the selection moves it into view then, and not again later. */
  takeReveal(): boolean {
    if (this.#revealsTaken === this.reveals.value) return false;
    this.#revealsTaken = this.reveals.value;
    return true;
  }

  /** Says once a tab that its data are on the screen. */
  noteDrawn(tab: EditorTab): void {
    if (this.#drawn.has(tab)) return;
    this.#drawn.add(tab);
    requestAnimationFrame(() => {
      this.#host.notify('drawn', { tab, milliseconds: Math.round(performance.now() * 10) / 10 });
    });
  }

  /** The first context describes what was asked before it came; only later ones make an answer old. */
  #take(context: EditorContext): void {
    const before = this.context.peek();
    batch(() => {
      this.context.value = context;
      if (before === null) return;
      if (before.generation !== context.generation) this.#file.value += 1;
      if (isOtherTarget(before, context)) this.#target.value += 1;
    });
  }

  /** The engine answers in the order it is asked: what the open tab shows comes first. */
  #ask(): void {
    const tab = this.tab.value;
    const file = `${this.#file.value}`;
    if (tab === 'memory') this.#askProfile(file);
    if (tab === 'graph' || tab === 'layers') this.#askGraph(file, tab);
    this.tryIt.follow(file, tab === 'tryIt');
    this.overview.load(file, (token) => this.#host.request('overview', null, token));
    this.#askProfile(file);
    if (tab === 'memory') this.#askMemory(file);
  }

  #askMemory(file: string): void {
    const key = `${file}/${this.#target.value}`;
    const question = this.memoryQuestion.value;
    if (question === null) this.memoryPlan.clear();
    else {
      this.memoryPlan.load(`${key}/${JSON.stringify(question)}`, (token) =>
        this.#host.request('memoryPlan', { question }, token),
      );
    }
    this.memoryOptions.load(key, (token) => this.#host.request('memoryOptions', null, token));
  }

  #askProfile(file: string): void {
    const { graph } = this.selection.value;
    const key = `${file}/${this.#target.value}/${graph}`;
    this.profile.load(key, (token) => this.#host.request('profile', { graph }, token));
  }

  #askGraph(file: string, tab: 'graph' | 'layers'): void {
    const { graph, node } = this.selection.value;
    const key = `${file}/${graph}`;
    if (tab === 'graph') this.graph.load(key, (token) => this.#host.request('graph', { graph }, token));
    if (tab === 'layers' || this.overlay.value !== 'none') {
      this.layers.load(key, (token) => this.#host.request('layers', { graph }, token));
    }
    if (tab !== 'graph' || node === null) return;
    this.node.load(`${key}/${node}`, (token) => this.#host.request('node', { graph, node }, token));
    this.#askHistogram(file, graph, node);
  }

  #forgetGraph(): void {
    this.graphView.value = null;
    for (const resource of [this.graph, this.layers, this.profile, this.node, this.histogram]) resource.clear();
  }

  #askHistogram(file: string, graph: number, node: number): void {
    const view = this.node.value.value;
    if (view?.id !== node) return;
    const tensor = view.weightsTensor;
    if (tensor === null) this.histogram.clear();
    else {
      const key = `${file}/${graph}/${tensor}`;
      this.histogram.load(key, (token) => this.#host.request('histogram', { graph, tensor }, token));
    }
  }

  #store(): void {
    const state: EditorState = {
      tab: this.tab.value,
      selection: this.selection.value,
      graphView: this.graphView.value,
      overlay: this.overlay.value,
      layersSort: this.layersSort.value,
      layersFilter: this.layersFilter.value,
      tryIt: this.tryIt.settings.value,
    };
    this.#port.setState(state);
  }
}

/** The model is seen against something else: its profile is to be asked for again. */
function isOtherTarget(before: EditorContext, after: EditorContext): boolean {
  const keys = ['board', 'runtime', 'firmware', 'targetGeneration'] as const;
  return keys.some((key) => before[key] !== after[key]);
}
