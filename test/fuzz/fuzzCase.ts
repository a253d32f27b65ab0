import { inspect } from '../../src/core/answers/inspect';
import { readModel } from '../../src/core/formats/readModel';
import type { ReaderPorts } from '../../src/core/formats/format';
import { ModelError } from '../../src/core/ir/errors';
import { inferShapes } from '../../src/core/ir/inferShapes';
import { MemoryByteSource } from '../../src/core/ports/memoryByteSource';
import { runtimes } from '../../src/core/targets/runtimes';
import { quantizeRefusal } from '../../src/core/transforms/quantize/refusal';
import { buildGraphView } from '../../src/core/views/buildGraphView';
import { buildLayersView } from '../../src/core/views/buildLayersView';
import { buildNodeView } from '../../src/core/views/buildNodeView';
import { buildOverview } from '../../src/core/views/buildOverview';
import { buildProfileView } from '../../src/core/views/buildProfileView';

/** Reads a file and builds every view of it, as opening it in the editor does. Answers 'opened' or the refusal's reason. */
export function openAll(bytes: Uint8Array, name: string, ports: ReaderPorts): string {
  try {
    const model = readModel(new MemoryByteSource(bytes, name), ports);
    const resolved = inferShapes(model);
    inspect(model, resolved);
    buildOverview(model, resolved, quantizeRefusal(resolved));
    buildLayersView(resolved, 0);
    buildGraphView(resolved.graphs[0]!);
    if (resolved.graphs[0]!.nodes.length > 0) buildNodeView(resolved, 0, 0);
    buildProfileView(resolved, { board: null, runtime: runtimes[0]! });
    return 'opened';
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    if (error.message === '' || error.message.includes('undefined'))
      throw new Error(`bad sentence: ${error.message}`, { cause: error });
    return error.reason;
  }
}
