import { readModel } from '../../src/core/formats/readModel';
import { inferShapes } from '../../src/core/ir/inferShapes';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import { boards } from '../../src/core/targets/boards';
import { runtimeById } from '../../src/core/targets/runtimes';
import { buildGraphView } from '../../src/core/views/buildGraphView';
import { buildProfileView } from '../../src/core/views/buildProfileView';
import { residualOnnx } from './benchModels';
import { report, timesMs } from './figure';

/** What the inspector computes of a 5,000-operator graph, without the reading. */

const ROUNDS = 7;

const resolved = inferShapes(readModel(new MemoryByteSource(residualOnnx(5000), 'residual5000.onnx')));
const [graph] = resolved.graphs;
const runtime = runtimeById('tflm');
if (!graph || !runtime) throw new Error('The model has no graph, or the catalog no TFLM.');

const profile = timesMs(ROUNDS, () => buildProfileView(resolved, { board: boards[0] ?? null, runtime }));
report('profile on a board, 5,000 operators', profile, 'ms');
report(
  'graph view with layout, 5,000 operators',
  timesMs(ROUNDS, () => buildGraphView(graph)),
  'ms',
);
