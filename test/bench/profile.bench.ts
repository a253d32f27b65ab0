import { readFileSync, readdirSync, existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/paths.mjs';
import { readModel } from '../../src/core/formats/readModel';
import { inferShapes } from '../../src/core/ir/inferShapes';
import type { Model } from '../../src/core/ir/model';
import { draftPlan } from '../../src/core/memory/memoryPlan';
import { searchPlacement } from '../../src/core/memory/search/placement';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import { boards } from '../../src/core/targets/boards';
import { runtimeById } from '../../src/core/targets/runtimes';
import { buildGraphView } from '../../src/core/views/buildGraphView';
import { buildMemoryOptions } from '../../src/core/views/buildMemoryOptions';
import { buildProfileView } from '../../src/core/views/buildProfileView';
import { residualOnnx } from './benchModels';
import { report, timesMs } from './figure';

/** What the inspector computes of a 5,000-operator graph, without the reading; and of real models, as far as they are here. */

const ROUNDS = 7;

const resolved = inferShapes(readModel(new MemoryByteSource(residualOnnx(5000), 'residual5000.onnx')));
const [graph] = resolved.graphs;
const runtime = runtimeById('tflm');
if (!graph || !runtime) throw new Error('The model has no graph, or the catalog no TFLM.');
const target = { board: boards[0] ?? null, runtime };

report(
  'profile on a board, 5,000 operators',
  timesMs(ROUNDS, () => buildProfileView(resolved, target)),
  'ms',
  { target: { atMost: 200 } },
);
report(
  'graph view with layout, 5,000 operators',
  timesMs(ROUNDS, () => buildGraphView(graph)),
  'ms',
);
report(
  'planners and what-ifs, 5,000 operators',
  timesMs(3, () => buildMemoryOptions(resolved, target)),
  'ms',
);

const folder = path.join(root, '..', 'shared', 'models', 'mlperf-tiny');
if (!existsSync(folder)) console.log('skipped: no ../shared/models/mlperf-tiny for the placement search');
else {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.tflite'))) {
    const model: Model = inferShapes(
      readModel(new MemoryByteSource(new Uint8Array(readFileSync(path.join(folder, name))), name)),
    );
    const draft = draftPlan(model);
    if ('reason' in draft) throw new Error(draft.reason);
    report(
      `placement search, ${name}`,
      timesMs(ROUNDS, () => searchPlacement(draft.buffers)),
      'ms',
      { target: { atMost: 100 } },
    );
    report(
      `planners and what-ifs, ${name}`,
      timesMs(3, () => buildMemoryOptions(model, target)),
      'ms',
    );
  }
}
