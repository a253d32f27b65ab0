import type { RuntimeId } from '../core/targets/runtime';
import type { GraphView, HistogramView, LayersView, ModelOverview, NodeView, ProfileView } from './views';

/** Contract between the model editor's webview and the extension host. */

export type EditorTab = 'overview' | 'graph' | 'layers' | 'memory';

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
  /** Grows each time the file's content changes. */
  readonly generation: number;
  /** Epoch milliseconds when the file was found deleted; the last view stays, dimmed. */
  readonly deletedAtMs: number | null;
}

export type EditorAction =
  'pickBoard' | 'pickRuntime' | 'quantize' | 'prune' | 'showLog' | 'copyReport' | 'openAsText' | 'retry';

/** Webview to host. Requests that fail reject with ErrorData in `data`. */
export interface EditorRequests {
  context: { params: null; result: EditorContext };
  overview: { params: null; result: ModelOverview };
  layers: { params: { readonly graph: number }; result: LayersView };
  graph: { params: { readonly graph: number }; result: GraphView };
  node: { params: { readonly graph: number; readonly node: number }; result: NodeView };
  histogram: { params: { readonly graph: number; readonly tensor: number }; result: HistogramView };
  profile: { params: { readonly graph: number }; result: ProfileView };
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
  /** Select and reveal, for links from outside. */
  reveal: { readonly tab: EditorTab; readonly selection: EditorSelection };
}
