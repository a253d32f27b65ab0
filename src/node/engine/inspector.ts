import type { MessageConnection } from 'vscode-jsonrpc';
import { inspect } from '../../core/answers/inspect';
import { profile, type ProfileTarget } from '../../core/answers/profile';
import { checkModel, type ModelCheck } from '../../core/budget/modelCheck';
import { ModelError } from '../../core/ir/errors';
import type { Graph } from '../../core/ir/graph';
import { boards } from '../../core/targets/boards';
import type { RuntimeId } from '../../core/targets/runtime';
import { runtimeById, runtimes } from '../../core/targets/runtimes';
import { quantizeRefusal } from '../../core/transforms/quantize/refusal';
import { buildGraphView } from '../../core/views/buildGraphView';
import { buildHistogramView } from '../../core/views/buildHistogramView';
import { buildLayersView } from '../../core/views/buildLayersView';
import { buildMemoryOptions, buildMemoryPlan } from '../../core/views/buildMemoryOptions';
import { buildNodeView } from '../../core/views/buildNodeView';
import { buildOverview } from '../../core/views/buildOverview';
import { buildProfileView } from '../../core/views/buildProfileView';
import { answerer } from '../../protocol/connection';
import type { CheckRequest, InspectorRequests, ModelFile } from '../../protocol/engine';
import { planOrRefuse } from '../budgetFile';
import { boardFor } from './boardFor';
import { errorResponse } from './errorResponse';
import { FirmwareCache } from './firmwareCache';
import { ModelCache, type CachedModel } from './modelCache';

type Handlers = {
  readonly [M in keyof InspectorRequests]: (params: InspectorRequests[M]['params']) => InspectorRequests[M]['result'];
};

function graphOf({ resolved }: CachedModel, index: number): Graph {
  const graph = resolved.graphs[index];
  if (!graph) throw new ModelError('gone', `The model has no graph number ${index} any more.`);
  return graph;
}

/** What a request speaks of; boards of the file's workspace are known too. */
function targetOf(
  file: ModelFile,
  { board, runtime }: { readonly board: string | null; readonly runtime: RuntimeId },
): ProfileTarget {
  return { board: boardFor(file, board), runtime: runtimeById(runtime) ?? runtimes[0]! };
}

/** Where the model is open in an editor, it is profiled again only for what has changed. */
function check({ resolved, remember }: CachedModel, request: CheckRequest): ModelCheck {
  const board = typeof request.board === 'string' ? boardFor(request.file, request.board) : request.board;
  const runtime = runtimeById(request.runtime) ?? runtimes[0]!;
  const answer = remember(`profile ${runtime.id} ${JSON.stringify(board)}`, () =>
    profile(resolved, { board, runtime }),
  );
  return checkModel(request.name, request.limits, answer);
}

/** Answers the editor's questions about model files. Every answer is bounded by the size of the model. */
function handlers(models: ModelCache): Handlers {
  const firmwares = new FirmwareCache();
  return {
    inspect: ({ file }) => {
      const cached = models.open(file);
      return cached.remember('inspect', () => inspect(cached.model, cached.resolved));
    },
    overview: ({ file }) => {
      const { model, resolved, remember } = models.open(file);
      return remember('overview', () => buildOverview(model, resolved, quantizeRefusal(resolved)));
    },
    layers: ({ file, graph }) => {
      const { resolved, remember } = models.open(file);
      return remember(`layers ${graph}`, () => buildLayersView(resolved, graph));
    },
    node: ({ file, graph, node }) => buildNodeView(models.open(file).resolved, graph, node),
    histogram: ({ file, graph, tensor }) => {
      const { model, remember } = models.open(file);
      return remember(`histogram ${graph} ${tensor}`, () => buildHistogramView(model, graph, tensor));
    },
    graph: ({ file, graph }) => {
      const cached = models.open(file);
      return cached.remember(`graph ${graph}`, () => buildGraphView(graphOf(cached, graph)));
    },
    profile: ({ file, board, runtime, firmware = null }) => {
      const { resolved } = models.open(file);
      return buildProfileView(resolved, {
        board: boardFor(file, board),
        runtime: runtimeById(runtime) ?? runtimes[0]!,
        firmware: firmware === null ? null : firmwares.open(firmware),
      });
    },
    budgets: ({ config }) => planOrRefuse(config),
    check: (request) => check(models.open(request.file), request),
    memoryOptions: ({ file, ...asked }) => {
      const { resolved, remember } = models.open(file);
      const target = targetOf(file, asked);
      const key = `memoryOptions ${target.runtime.id} ${JSON.stringify(target.board)}`;
      return remember(key, () => buildMemoryOptions(resolved, target));
    },
    memoryPlan: ({ file, question, ...asked }) =>
      buildMemoryPlan(models.open(file).resolved, targetOf(file, asked), question),
    boards: () => boards,
    runtimes: () => runtimes,
  };
}

/** The inspector: readers, layout and planners behind a connection. It never runs a model. */
export function startInspector(connection: MessageConnection): void {
  const answers = answerer<InspectorRequests, object>(connection);
  const models = new ModelCache();
  const table = handlers(models);
  const register = (method: keyof InspectorRequests): void => {
    const handle = table[method] as (params: unknown) => never;
    answers.onRequest(method, async (params) => {
      try {
        if (params !== null && 'file' in params) await models.prepare(params.file);
        return handle(params);
      } catch (error) {
        throw errorResponse(error);
      }
    });
  };
  for (const method of Object.keys(table) as (keyof InspectorRequests)[]) register(method);
}
