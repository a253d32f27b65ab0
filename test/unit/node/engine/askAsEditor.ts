import { ResponseError } from 'vscode-jsonrpc';
import type { ErrorData, InspectorRequests, ModelFile } from '../../../../src/protocol/engine';
import type { inspectorInMemory } from './inspectorInMemory';

export interface Refusal {
  readonly question: string;
  /** A ModelError's reason; `internal` for what is a mistake of ours: a crash. */
  readonly reason: string;
  readonly message: string;
}

export interface Visit {
  /** True when the editor shows the model; one of its questions may still have been refused. */
  readonly opened: boolean;
  readonly refusals: readonly Refusal[];
  readonly answers: number;
  readonly milliseconds: number;
}

type Inspector = ReturnType<typeof inspectorInMemory>;
type Answer<M extends keyof InspectorRequests> = InspectorRequests[M]['result'];

/** Operators looked at in each graph: the first, the last and some between. */
const NODES_PER_GRAPH = 8;
const GRAPHS = 4;

function refusalOf(question: string, error: unknown): Refusal {
  const message = error instanceof Error ? error.message : String(error);
  const data = error instanceof ResponseError ? (error.data as ErrorData | undefined) : undefined;
  return { question, reason: data?.reason ?? 'internal', message };
}

function spread(count: number, wanted: number): number[] {
  const step = Math.max(1, (count - 1) / (wanted - 1));
  return [...new Set(Array.from({ length: Math.min(count, wanted) }, (_, i) => Math.round(i * step)))];
}

/** Asks the inspector all that the editor asks of a file, tab by tab, with nodes clicked and a board chosen. */
export async function askAsEditor(inspector: Inspector, file: ModelFile): Promise<Visit> {
  const started = performance.now();
  const refusals: Refusal[] = [];
  let answers = 0;
  async function ask<M extends keyof InspectorRequests>(
    method: M,
    params: InspectorRequests[M]['params'],
  ): Promise<Answer<M> | null> {
    try {
      const answer = await inspector.request(method, params);
      answers += 1;
      return answer;
    } catch (error) {
      refusals.push(refusalOf(method, error));
      return null;
    }
  }

  async function askGraph(graph: number, nodes: number): Promise<void> {
    await ask('graph', { file, graph });
    await ask('layers', { file, graph });
    for (const node of spread(nodes, NODES_PER_GRAPH)) {
      const view = await ask('node', { file, graph, node });
      const tensor = view?.weightsTensor ?? null;
      if (tensor !== null) await ask('histogram', { file, graph, tensor });
    }
  }

  const overview = await ask('overview', { file });
  if (overview) {
    for (const [graph, { nodes }] of overview.graphs.slice(0, GRAPHS).entries()) await askGraph(graph, nodes);
    await ask('profile', { file, graph: 0, board: 'nano33ble', runtime: 'tflm' });
    await ask('profile', { file, graph: 0, board: null, runtime: 'onnxruntime' });
  }
  return { opened: overview !== null, refusals, answers, milliseconds: performance.now() - started };
}

/** What is wrong with a refusal as something to show a person; null when nothing is. */
export function complaintAbout({ reason, message }: Refusal): string | null {
  if (reason === 'internal') return 'it is a crash';
  if (/[\r\n]/.test(message)) return 'it is more than one line';
  if (message.length > 400) return `it is ${message.length} characters long`;
  return /^\S.*[.?]$/.test(message) ? null : 'it is no sentence';
}
