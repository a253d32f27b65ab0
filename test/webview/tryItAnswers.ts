import { arraysOf, compareRun } from '../../src/core/answers/compareRun';
import { ModelRun, type RunRecord } from '../../src/core/answers/runModel';
import { readModel } from '../../src/core/formats/readModel';
import type { Executor } from '../../src/core/ports/executor';
import type { ByteSource } from '../../src/core/ports/byteSource';
import { seededSource, zeroSource } from '../../src/core/transforms/run/portSource';
import { buildRunForm } from '../../src/core/views/buildRunForm';
import { buildRunTensor, buildRunView, classLabels } from '../../src/core/views/buildRunView';
import type { EditorRequests } from '../../src/protocol/modelEditor';

type Method = 'runForm' | 'run' | 'runTensor' | 'runReset' | 'runExport' | 'runCompare' | 'chooseInput' | 'dropInput';
type Answers = {
  [M in Method]: (
    params: EditorRequests[M]['params'],
  ) => EditorRequests[M]['result'] | Promise<EditorRequests[M]['result']>;
};

// The page's policy forbids WebAssembly: the engine's plain kernels give the same bytes.
WebAssembly.validate = () => false;

const noRuntime: Executor = {
  id: 'onnxruntime',
  load: () => Promise.reject(new Error('ONNX Runtime does not run in a page.')),
};

const refuse = (): never => {
  throw new Error('A made-up model is not run.');
};

export const noRuns: Answers = {
  runForm: refuse,
  run: refuse,
  runTensor: refuse,
  runReset: () => null,
  runExport: () => null,
  runCompare: () => null,
  chooseInput: () => null,
  dropInput: () => ({ path: '/data/dropped.png', label: 'dropped.png' }),
};

/** Runs a model in the page, on the integer engine, fed with made-up values. */
export function tryItAnswers(source: ByteSource): Answers {
  const model = readModel(source);
  let last: { readonly run: ModelRun; readonly record: RunRecord } | null = null;
  return {
    ...noRuns,
    runForm: ({ signature, shapes }) => ({ form: buildRunForm(model, source, signature, shapes), scale: null }),
    run: async ({ steps, ...options }) => {
      const run = await ModelRun.open({ model, source, onnxruntime: noRuntime, ...options });
      const sources = run.inputs.map((port, i) => (run.carried.has(i) ? zeroSource(port) : seededSource(port, 1)));
      const record = await run.run(sources, steps, () => Promise.resolve());
      last = { run, record };
      return buildRunView(run, record, classLabels(model), { graph: 0, notes: [], stepsSinceReset: steps });
    },
    runTensor: ({ index, offset, length }) => buildRunTensor(last!.run, last!.record, index, offset, length),
    runExport: () => 'runs/model.run.npz',
    // As if the other run had one value of the fifth tensor one higher.
    runCompare: () => {
      const other = arraysOf(last!.record);
      const changed = Object.values(other)[5]!.values;
      changed[7] = changed[7]! + 1;
      return compareRun(last!.run, last!.record, other, null, 'another run');
    },
    chooseInput: ({ input }) => ({ path: `/data/${input}.png`, label: `data/${input}.png` }),
  };
}
