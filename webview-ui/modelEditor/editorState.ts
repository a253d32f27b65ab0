import type { EditorSelection, EditorState, EditorTab } from '../../src/protocol/modelEditor';
import { INITIAL_TRY_IT, parseTryIt } from './tryIt/tryItState';

export const TABS: readonly EditorTab[] = ['overview', 'graph', 'layers', 'memory', 'tryIt'];

const OVERLAYS: readonly EditorState['overlay'][] = ['none', 'macs', 'memory', 'weights'];

export const INITIAL_STATE: EditorState = {
  tab: 'overview',
  selection: { graph: 0, node: null, tensor: null },
  graphView: null,
  overlay: 'none',
  layersSort: null,
  layersFilter: '',
  tryIt: INITIAL_TRY_IT,
};

/** The stored state, field by field: what an older or newer version stored and this one does not know falls back. */
export function parseEditorState(stored: unknown): EditorState {
  if (!isRecord(stored)) return INITIAL_STATE;
  return {
    tab: oneOf(stored.tab, TABS) ?? INITIAL_STATE.tab,
    selection: parseSelection(stored.selection),
    graphView: parseView(stored.graphView),
    overlay: oneOf(stored.overlay, OVERLAYS) ?? 'none',
    layersSort: parseSort(stored.layersSort),
    layersFilter: typeof stored.layersFilter === 'string' ? stored.layersFilter : '',
    tryIt: parseTryIt(stored.tryIt),
  };
}

function parseSelection(value: unknown): EditorSelection {
  if (!isRecord(value)) return INITIAL_STATE.selection;
  return {
    graph: parseIndex(value.graph) ?? 0,
    node: parseIndex(value.node),
    tensor: parseIndex(value.tensor),
  };
}

function parseView(value: unknown): EditorState['graphView'] {
  if (!isRecord(value)) return null;
  const { x, y, zoom } = value;
  if (!isFinite(x) || !isFinite(y) || !isFinite(zoom) || zoom <= 0) return null;
  return { x, y, zoom };
}

function parseSort(value: unknown): EditorState['layersSort'] {
  if (!isRecord(value) || typeof value.column !== 'string') return null;
  return { column: value.column, descending: value.descending === true };
}

function parseIndex(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | null {
  return allowed.find((candidate) => candidate === value) ?? null;
}
