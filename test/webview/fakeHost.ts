/**
 * Stands in for VS Code and the engine inside the page: answers the editor's requests from a real model (read and
 * profiled by core, here) or from a made-up one of any size, then loads the bundle under test.
 */
import { inferShapes } from '../../src/core/ir/inferShapes';
import { mainGraph } from '../../src/core/ir/model';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import { readModel } from '../../src/core/formats/readModel';
import type { FirmwareUsage } from '../../src/core/firmware/usage';
import { boardById } from '../../src/core/targets/boards';
import { runtimeById } from '../../src/core/targets/runtimes';
import { buildGraphView } from '../../src/core/views/buildGraphView';
import { buildHistogramView } from '../../src/core/views/buildHistogramView';
import { buildLayersView } from '../../src/core/views/buildLayersView';
import { buildMemoryOptions, buildMemoryPlan } from '../../src/core/views/buildMemoryOptions';
import { buildNodeView } from '../../src/core/views/buildNodeView';
import { buildOverview } from '../../src/core/views/buildOverview';
import { buildProfileView } from '../../src/core/views/buildProfileView';
import type { EditorContext, EditorRequests } from '../../src/protocol/modelEditor';
import { noRuns, tryItAnswers } from './tryItAnswers';
import { generatedGraph, generatedLayers, generatedOverview, generatedProfile } from './generatedViews';

/** What a scenario asks of the host; set by the test before the page loads. */
interface Scenario {
  readonly fileName: string;
  /** Null for a made-up model of `size` operators. */
  readonly base64: string | null;
  readonly size: number;
  readonly board: string | null;
  readonly state: unknown;
  /** The name of a made-up firmware beside the model. */
  readonly firmware?: string | null;
  /** A failure to answer every request of a kind with. */
  readonly failures: Readonly<Record<string, { message: string; reason: string; details: string[] }>>;
  readonly delayMs: number;
}

interface Call {
  readonly id?: number;
  readonly method: string;
  readonly params?: unknown;
}

type Answers = {
  [M in keyof EditorRequests]: (
    params: EditorRequests[M]['params'],
  ) => EditorRequests[M]['result'] | Promise<EditorRequests[M]['result']>;
};

interface TestWindow {
  scenario: Scenario;
  drawn: { tab: string; milliseconds: number }[];
  calls: Call[];
  state: unknown;
  notify: (method: string, params: unknown) => void;
  failures: Scenario['failures'];
  acquireVsCodeApi: () => unknown;
}

const page = window as unknown as TestWindow;
const { scenario } = page;

const context: EditorContext = {
  fileName: scenario.fileName,
  board: scenario.board,
  runtime: 'tflm',
  firmware: scenario.firmware ?? null,
  targetGeneration: 0,
  generation: 0,
  deletedAtMs: null,
};

function realAnswers(source: MemoryByteSource): Answers {
  const model = readModel(source);
  const resolved = inferShapes(model);
  const runtime = runtimeById('tflm')!;
  const board = scenario.board === null ? null : boardById(scenario.board);
  const refusal = model.graphs.some((graph) => graph.tensors.some((tensor) => tensor.quantization !== null))
    ? 'It is quantized already: start from the float model.'
    : null;
  return {
    ...actions,
    ...tryItAnswers(source),
    context: () => context,
    overview: () => buildOverview(model, resolved, refusal),
    layers: ({ graph }) => buildLayersView(resolved, graph),
    graph: ({ graph }) => buildGraphView(resolved.graphs[graph] ?? mainGraph(resolved)),
    node: ({ graph, node }) => buildNodeView(resolved, graph, node),
    histogram: ({ graph, tensor }) => buildHistogramView(resolved, graph, tensor),
    profile: () => buildProfileView(resolved, { board, runtime, firmware: madeUpFirmware(scenario.firmware ?? null) }),
    memoryOptions: () => buildMemoryOptions(resolved, { board, runtime }),
    memoryPlan: ({ question }) => buildMemoryPlan(resolved, { board, runtime }, question),
  };
}

/** A program of the usual kind, linked for an nRF52840. */
function madeUpFirmware(name: string | null): FirmwareUsage | null {
  if (name === null) return null;
  const [flash, ram] = [0x0002_7000, 0x2000_4000];
  return {
    name,
    format: 'elf',
    sections: [
      { name: '.text', kind: 'code', address: flash, bytes: 181_432, loadAddress: null },
      { name: '.ARM.exidx', kind: 'constants', address: flash + 181_432, bytes: 8, loadAddress: null },
      { name: '.data', kind: 'data', address: ram, bytes: 3412, loadAddress: flash + 181_440 },
      { name: '.bss', kind: 'zeroed', address: ram + 3412, bytes: 47_120 + 139_264, loadAddress: null },
      { name: '.stack', kind: 'reserve', address: ram + 200_000, bytes: 8192, loadAddress: null },
    ],
    objects: [{ name: 'tensor_arena', address: ram + 4096, bytes: 139_264 }],
  };
}

const actions: Pick<Answers, 'act' | 'copyText' | 'dropFirmware'> = {
  act: () => null,
  copyText: () => null,
  dropFirmware: () => null,
};

function generatedAnswers(): Answers {
  const none = (): never => {
    throw new Error('A made-up model has no such detail.');
  };
  return {
    ...actions,
    ...noRuns,
    context: () => context,
    overview: () => generatedOverview(scenario.size),
    layers: () => generatedLayers(scenario.size),
    graph: () => generatedGraph(scenario.size),
    profile: () => generatedProfile(scenario.size),
    memoryOptions: none,
    memoryPlan: none,
    node: none,
    histogram: none,
  };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function makeAnswers(): Answers {
  return scenario.base64 === null
    ? generatedAnswers()
    : realAnswers(new MemoryByteSource(bytesOf(scenario.base64), scenario.fileName));
}

// Answers that the engine would have at hand are made before the clock starts: the page is timed, not the engine.
const answers = Object.keys(scenario.failures).includes('overview') ? generatedAnswers() : makeAnswers();
const ready = new Map<string, unknown>();
for (const method of ['overview', 'layers', 'graph', 'profile'] as const) {
  if (scenario.failures[method] === undefined) ready.set(method, answers[method]({ graph: 0 } as never));
}

page.drawn = [];
page.calls = [];
page.failures = scenario.failures;
page.notify = (method, params) => {
  post({ jsonrpc: '2.0', method, params });
};
page.acquireVsCodeApi = () => ({ postMessage: receive, getState: () => scenario.state, setState: store });

function store(state: unknown): void {
  page.state = state;
}

function receive(call: Call): void {
  page.calls.push(call);
  if (call.method === 'drawn') page.drawn.push(call.params as TestWindow['drawn'][number]);
  if (call.id === undefined) return;
  const reply = replyTo(call);
  setTimeout(() => {
    void reply.then((answer) => {
      post({ jsonrpc: '2.0', id: call.id, ...answer });
      performance.mark(`answered ${call.method}`);
    });
  }, scenario.delayMs);
}

async function replyTo({ method, params }: Call): Promise<object> {
  const failure = page.failures[method];
  if (failure !== undefined) {
    const { message, ...data } = failure;
    return { error: { code: -32000, message, data } };
  }
  try {
    const isMain = (params as { graph?: number } | null)?.graph !== 0 ? method === 'overview' : true;
    const prepared = isMain ? ready.get(method) : undefined;
    return { result: prepared ?? (await answers[method as 'overview'](params as null)) };
  } catch (error) {
    return {
      error: { code: -32000, message: (error as Error).message, data: { reason: 'unknown', details: [] } },
    };
  }
}

/** As VS Code does: a copy, which keeps typed arrays. */
function post(message: object): void {
  window.postMessage(structuredClone(message));
}

const bundle = document.createElement('script');
bundle.nonce = 'test';
bundle.src = '/modelEditor.js';
performance.mark('bundle');
document.body.append(bundle);
