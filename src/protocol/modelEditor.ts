import type { RunComparison } from '../core/answers/runAnswer';
import type { PixelScale } from '../core/datasets/picture';
import type { Progress } from '../core/ports/progress';
import type { RuntimeId } from '../core/targets/runtime';
import type { ExecutorId } from '../core/transforms/run/modelSession';
import type { RunFormRequest, RunOptions, RunParameters, RunTensorRequest } from './run';
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
  RunFormView,
  RunTensorView,
  RunView,
} from './views';

/** Contract between the model editor's webview and the extension host. */

export type EditorTab = 'overview' | 'graph' | 'layers' | 'memory' | 'tryIt';

/** What is picked in all tabs at once. */
export interface EditorSelection {
  readonly graph: number;
  readonly node: number | null;
  readonly tensor: number | null;
}

/** Kept by the webview through setState; survives hiding, reload and a new generation of the file. */
export interface EditorState {
  readonly tab: EditorTab;
  readonly selection: EditorSelection;
  readonly graphView: { readonly x: number; readonly y: number; readonly zoom: number } | null;
  readonly overlay: 'none' | 'macs' | 'memory' | 'weights';
  readonly layersSort: { readonly column: string; readonly descending: boolean } | null;
  readonly layersFilter: string;
  readonly tryIt: TryItState;
}

/** What *Try it* is set to. */
export interface TryItState {
  /** Null: the executor that suits the model. */
  readonly executor: ExecutorId | null;
  readonly signature: string | null;
  readonly shapes: RunOptions['shapes'];
  /** Files by input; an input without one gets made-up values, or a constant. */
  readonly files: Readonly<Record<string, ChosenFile>>;
  /** What all elements of an input are, for inputs without a file. */
  readonly constants: Readonly<Record<string, number>>;
  readonly seed: number;
  /** Null: as the host remembers it for the model, else 0..1. */
  readonly scale: PixelScale | null;
  /** Hertz that sounds are resampled to; null takes them as recorded. */
  readonly soundRate: number | null;
  readonly steps: number;
}

/** A data file dropped onto the page: from the workbench it names itself, from elsewhere it brings its bytes. */
export type DroppedFile = { readonly uri: string } | { readonly name: string; readonly bytes: Uint8Array };

/** A data file that the user picked. */
export interface ChosenFile {
  readonly path: string;
  /** Its name in the workspace. */
  readonly label: string;
}

/** Why there is nothing, or nothing new, to show. */
export interface EditorProblem {
  readonly title: string;
  readonly message: string;
  readonly reason: string;
  readonly details: readonly string[];
  /** The engine died or the file can come back: trying again makes sense. */
  readonly canRetry: boolean;
}

export interface EditorContext {
  readonly fileName: string;
  readonly board: string | null;
  readonly runtime: RuntimeId;
  /** The built firmware that is shown beside the model, by its name in the workspace; null when none is added. */
  readonly firmware: string | null;
  /** Grows each time boards of the workspace or the firmware change. */
  readonly targetGeneration: number;
  /** Grows each time the file's content changes. */
  readonly generation: number;
  /** Epoch milliseconds when the file was found deleted; the last view stays, dimmed. */
  readonly deletedAtMs: number | null;
}

export type EditorAction =
  | 'pickBoard'
  | 'pickRuntime'
  | 'addFirmware'
  | 'removeFirmware'
  | 'quantize'
  | 'prune'
  | 'planArena'
  | 'showLog'
  | 'copyReport'
  | 'openAsText'
  | 'retry'
  | 'manageTrust';

/** Webview to host. Requests that fail reject with ErrorData in `data`. */
export interface EditorRequests {
  context: { params: null; result: EditorContext };
  overview: { params: null; result: ModelOverview };
  layers: { params: { readonly graph: number }; result: LayersView };
  graph: { params: { readonly graph: number }; result: GraphView };
  node: { params: { readonly graph: number; readonly node: number }; result: NodeView };
  histogram: { params: { readonly graph: number; readonly tensor: number }; result: HistogramView };
  profile: { params: { readonly graph: number }; result: ProfileView };
  memoryOptions: { params: null; result: MemoryOptionsView };
  memoryPlan: { params: { readonly question: MemoryQuestion }; result: MemoryPlanView | NoPlanView };
  /** Running a model; rejected with the reason `untrusted` before the workspace is trusted. */
  runForm: {
    params: RunFormRequest;
    result: { readonly form: RunFormView; readonly scale: PixelScale | null };
  };
  run: { params: RunParameters; result: RunView };
  runTensor: { params: RunTensorRequest; result: RunTensorView };
  runReset: { params: null; result: null };
  /** Asks the user; null when nothing was chosen. The result names the file that was written. */
  runExport: { params: null; result: string | null };
  /** With the same inputs on another executor, or (null) with an archive that the user picks; null when none was. */
  runCompare: { params: { readonly executor: ExecutorId | null }; result: RunComparison | null };
  /** Asks the user for a data file; null when none was chosen. */
  chooseInput: { params: { readonly input: string }; result: ChosenFile | null };
  /** Where the host finds a dropped file from now on. */
  dropInput: { params: DroppedFile; result: ChosenFile };
  /** A firmware dropped onto the page. */
  dropFirmware: { params: DroppedFile; result: null };
  act: { params: { readonly action: EditorAction }; result: null };
  copyText: { params: { readonly text: string }; result: null };
}

export interface EditorRequestNotifications {
  /** The webview has drawn; for measuring click to drawn. */
  drawn: { readonly tab: EditorTab; readonly milliseconds: number };
}

/** Host to webview. */
export interface EditorNotifications {
  /** Board, runtime, file content or file presence changed: ask again for what is shown. */
  context: EditorContext;
  /** How far the run is. */
  runProgress: Progress;
  /** The workspace was trusted: ask again for what was refused. */
  trusted: null;
  /** Select and reveal, for links from outside. */
  reveal: { readonly tab: EditorTab; readonly selection: EditorSelection };
}
