import type { DType } from '../../ir/dtype';
import type { Graph, Node } from '../../ir/graph';
import type { KernelSet } from '../../memory/tflm/kernelRequests';
import type { Board } from '../board';
import { tflmKernelsFor } from '../tflmKernels';
import { hasKernel } from './tflm/kernelChecks';
import type { LintSubject, RuleFinding } from './finding';

type Accelerated = Readonly<Record<string, readonly DType[]>>;

const BOTH: readonly DType[] = ['int8', 'int16'];

/**
 * Operators and types of their activations that TFLM hands to CMSIS-NN: calls of arm_* in
 * tensorflow/tflite-micro@90b983c2b:tensorflow/lite/micro/kernels/cmsis_nn. What CMSIS-NN has in plain C alone for an
 * extension is in the table of its README.md (ARM-software/CMSIS-NN@99f736a6).
 */
const cmsisNn: Accelerated = {
  ADD: BOTH,
  BATCH_MATMUL: BOTH,
  CONV_2D: BOTH,
  DEPTHWISE_CONV_2D: BOTH,
  FULLY_CONNECTED: BOTH,
  MUL: BOTH,
  AVERAGE_POOL_2D: BOTH,
  MAX_POOL_2D: BOTH,
  SOFTMAX: BOTH,
  UNIDIRECTIONAL_SEQUENCE_LSTM: BOTH,
  SVDF: ['int8'],
  TRANSPOSE_CONV: ['int8'],
};
const inVectorsAlone: Accelerated = {
  MAXIMUM: ['int8'],
  MINIMUM: ['int8'],
  PAD: ['int8'],
  PADV2: ['int8'],
  TRANSPOSE: ['int8'],
};

/** espressif/esp-tflite-micro@99f49e14:tensorflow/lite/micro/kernels/esp_nn. */
const espNn: Accelerated = {
  ADD: ['int8'],
  CONV_2D: ['int8'],
  DEPTHWISE_CONV_2D: ['int8'],
  FULLY_CONNECTED: ['int8'],
  MUL: ['int8'],
  AVERAGE_POOL_2D: ['int8'],
  MAX_POOL_2D: ['int8'],
  SOFTMAX: ['int8'],
};

const bySet: Readonly<Record<KernelSet, { readonly name: string; readonly has: Accelerated } | null>> = {
  reference: null,
  'cmsis-nn-c': { name: 'CMSIS-NN', has: { ...cmsisNn, ...inVectorsAlone } },
  'cmsis-nn-dsp': { name: 'CMSIS-NN for the DSP extension', has: cmsisNn },
  'cmsis-nn-mve': { name: 'CMSIS-NN for Helium', has: { ...cmsisNn, ...inVectorsAlone, SOFTMAX: ['int8'] } },
  'esp-nn-generic': { name: 'ESP-NN', has: espNn },
  'esp-nn-s3': { name: 'ESP-NN for the ESP32-S3', has: espNn },
};

/** Operators whose arithmetic makes up a network's time: slow ones are worth a finding of their own. */
const HEAVY = new Set([
  'CONV_2D',
  'DEPTHWISE_CONV_2D',
  'FULLY_CONNECTED',
  'TRANSPOSE_CONV',
  'BATCH_MATMUL',
  'UNIDIRECTIONAL_SEQUENCE_LSTM',
  'SVDF',
]);

/** Operators that move or name elements without arithmetic: a faster kernel would not be noticed. */
const TRIVIAL = new Set(
  'RESHAPE SQUEEZE EXPAND_DIMS SHAPE PACK UNPACK SPLIT SPLIT_V SLICE STRIDED_SLICE CONCATENATION GATHER GATHER_ND FILL ZEROS_LIKE IF WHILE CALL_ONCE VAR_HANDLE READ_VARIABLE ASSIGN_VARIABLE BROADCAST_TO BROADCAST_ARGS'.split(
    ' ',
  ),
);

interface SlowNodes {
  readonly first: Node;
  readonly dtype: DType | undefined;
  count: number;
}

/** Operators that run as TFLM's reference kernels although the runtime has faster ones for others. */
export function notAccelerated({ model, runtime, board }: LintSubject): readonly RuleFinding[] {
  const library = libraryOf(runtime.id, board);
  const graph = model.graphs[0];
  if (model.format !== 'tflite' || !library || !graph) return [];
  const groups = slowNodes(graph, library.has);
  const [heavy, light] = [true, false].map((isHeavy) =>
    groups.filter(({ first }) => HEAVY.has(first.source.op) === isHeavy),
  );
  return [
    ...heavy!.map(({ first, dtype, count }): RuleFinding => {
      const what = `${first.source.op}${times(count)} with ${dtype ?? 'unknown'} activations`;
      const message = `${what} is not in ${library.name}: it runs as a reference kernel.`;
      return { rule: 'tinyml/not-accelerated', severity: 'warning', node: first.id, message };
    }),
    ...lightFinding(light!, library.name),
  ];
}

/** Nodes by operator and type that the library has no kernel for, those left out that hardly compute. */
function slowNodes(graph: Graph, accelerated: Accelerated): readonly SlowNodes[] {
  const slow = new Map<string, SlowNodes>();
  for (const node of graph.nodes) {
    const { op, domain } = node.source;
    if (TRIVIAL.has(op) || domain === 'custom' || !hasKernel(op, false)) continue;
    const dtype = activationType(graph, node);
    if (dtype !== undefined && accelerated[op]?.includes(dtype)) continue;
    const key = `${op} ${dtype ?? ''}`;
    const seen = slow.get(key);
    if (seen) seen.count += 1;
    else slow.set(key, { first: node, dtype, count: 1 });
  }
  return [...slow.values()];
}

function lightFinding(groups: readonly SlowNodes[], library: string): readonly RuleFinding[] {
  const [one] = groups;
  if (!one) return [];
  const counts = new Map<string, number>();
  for (const { first, count } of groups) counts.set(first.source.op, (counts.get(first.source.op) ?? 0) + count);
  const list = [...counts].map(([op, count]) => op + times(count)).join(', ');
  const message = `Not in ${library}, run as reference kernels: ${list}.`;
  return [{ rule: 'tinyml/not-accelerated', severity: 'info', node: one.first.id, message }];
}

function times(count: number): string {
  return count === 1 ? '' : ` (${count})`;
}

function libraryOf(runtime: LintSubject['runtime']['id'], board: Board | null) {
  const { set } = tflmKernelsFor(runtime, board);
  return set === null ? null : bySet[set];
}

/** The type that a kernel chooses its arithmetic by. */
function activationType(graph: Graph, node: Node): DType | undefined {
  const id = node.inputs[0];
  return typeof id === 'number' ? graph.tensors[id]?.dtype : undefined;
}
