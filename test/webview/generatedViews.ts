import type { BufferView, GraphView, LayersView, ModelOverview, ProfileView } from '../../src/protocol/views';

// Views of made-up models of any size, made in the page: nothing to transfer.

/** A residual network of `count` operators: a chain with a side branch every tenth. */
export function generatedGraph(count: number): GraphView {
  const labels: string[] = [];
  const details: string[] = [];
  const boxes = new Float32Array((count + 2) * 4);
  const edges: number[] = [];
  const tensors: number[] = [];
  const points: number[] = [];
  const starts = [0];
  const place = (element: number, x: number, y: number): void => boxes.set([x, y, 180, 32], element * 4);
  const connect = (from: number, to: number, tensor: number): void => {
    edges.push(from, to);
    tensors.push(tensor);
    const [x, y] = [boxes[from * 4]! + 90, boxes[from * 4 + 1]! + 32];
    const [endX, endY] = [boxes[to * 4]! + 90, boxes[to * 4 + 1]!];
    const bend = (y + endY) / 2;
    points.push(x, y, x, bend, endX, bend, endX, endY);
    starts.push(points.length / 2);
  };
  for (let node = 0; node < count; node += 1) {
    const side = node % 10 === 6;
    labels.push(side ? 'CONV_2D' : node % 10 === 7 ? 'ADD' : node % 2 === 0 ? 'CONV_2D' : 'DEPTHWISE_CONV_2D');
    details.push(side ? '1×1 → 64' : '3×3 → 64');
    place(node, side ? 260 : 20, 60 + node * 42);
  }
  labels.push('input', 'output');
  details.push('int8 1×96×96×3', 'int8 1×2');
  place(count, 20, 10);
  place(count + 1, 20, 70 + count * 42);
  connect(count, 0, count);
  for (let node = 1; node < count; node += 1) connect(node % 10 === 7 ? node - 2 : node - 1, node, node - 1);
  for (let node = 7; node < count; node += 10) connect(node - 1, node, node - 1);
  connect(count - 1, count + 1, count - 1);
  return {
    nodeCount: count,
    labels,
    details,
    names: labels.map((_, index) => (index < count ? `/block_${index}/node` : '')),
    kinds: labels.map((_, index) => (index < count ? 'operator' : index === count ? 'input' : 'output')),
    boxes,
    edges: Uint32Array.from(edges),
    edgeTensors: Uint32Array.from(tensors),
    edgePoints: Float32Array.from(points),
    edgeStarts: Uint32Array.from(starts),
    width: 480,
    height: 120 + count * 42,
    tensorNames: Array.from({ length: count + 1 }, (_, index) =>
      index < count ? `model/block_${index}/output` : 'input',
    ),
    tensorProducers: Int32Array.from({ length: count + 1 }, (_, index) => (index < count ? index : -1)),
  };
}

export function generatedLayers(count: number): LayersView {
  const figures = (seed: number, scale: number): Float64Array =>
    Float64Array.from({ length: count }, (_, row) => Math.round(((row * seed) % 997) ** 2 * scale));
  return {
    ops: Array.from({ length: count }, (_, row) => (row % 2 === 0 ? 'CONV_2D' : 'DEPTHWISE_CONV_2D')),
    details: Array.from({ length: count }, (_, row) => (row % 2 === 0 ? '1×1' : '3×3 /2')),
    names: Array.from({ length: count }, (_, row) => `model/block_${row}/output`),
    dtypes: Array.from({ length: count }, () => 'int8'),
    shapes: Array.from({ length: count }, (_, row) => `1×${1 + (row % 96)}×${1 + (row % 96)}×16`),
    macs: figures(131, 3),
    parameters: figures(71, 0.01),
    weightBytes: figures(71, 0.012),
    outputBytes: figures(53, 0.2),
    liveBytes: figures(53, 0.35),
  };
}

export function generatedProfile(count: number): ProfileView {
  const bytes = (node: number): number => 512 + ((node * 137) % 64) * 256;
  const buffers: BufferView[] = Array.from({ length: count }, (_, node) => ({
    tensor: node,
    name: `model/block_${node}/output`,
    bytes: bytes(node),
    offset: node % 2 === 0 ? 0 : 18_000,
    first: node,
    last: Math.min(count - 1, node + 1),
    kind: 'activation',
    dtype: 'int8',
    shape: `1×${bytes(node)}`,
  }));
  const live = Float64Array.from({ length: count }, (_, node) => bytes(node) + (node > 0 ? bytes(node - 1) : 0));
  const peak = live.indexOf(Math.max(...live.slice(0, 100)));
  return {
    profile: {
      schemaVersion: 1,
      notes: [],
      estimated: ['arena.planned'],
      board: 'made-up',
      runtime: 'tflm',
      arena: { total: null, planned: 34_640, scratch: null, persistent: null, minimum: null, parts: [] },
      lowerBound: live[peak]!,
      flash: { weights: 4_000_000, model: 4_800_000, code: null, total: null, parts: [] },
      fits: {
        ram: true,
        flash: null,
        regions: [{ name: 'RAM', kind: 'ram', bytes: 65_536, used: 34_640, firmware: null }],
        arena: null,
        options: [],
      },
      firmware: null,
      latencyMs: null,
      lint: [],
    },
    memory: {
      buffers,
      operators: Array.from({ length: count }, (_, node) => (node % 2 === 0 ? 'CONV_2D' : 'DEPTHWISE_CONV_2D')),
      order: null,
      live,
      planned: 34_640,
      lowerBound: live[peak]!,
      peak,
      planner: 'TFLM greedy',
      limit: { region: 'RAM', bytes: 65_536 },
    },
    boardName: 'Made-up board',
    boardDetail: null,
    runtimeName: 'TFLM',
  };
}

export function generatedOverview(count: number): ModelOverview {
  return {
    inspect: {
      schemaVersion: 1,
      notes: [],
      estimated: [],
      format: 'onnx',
      formatVersion: 'ONNX, IR 8',
      producer: '',
      description: '',
      parameters: 4_000_000,
      macs: 123_456_789_012,
      fileBytes: 4_800_000,
      weightBytes: 4_000_000,
      nodes: count,
      tensors: 2 * count,
      operators: { CONV_2D: count },
      inputs: [],
      outputs: [],
      quantization: 'float32',
    },
    graphs: [{ name: 'main', nodes: count }],
    signatures: [],
    metadata: [],
    opsets: { '': 17 },
    operatorShares: [{ op: 'CONV_2D', version: 0, count, macs: 123_456_789_012 }],
    quantizeRefusal: null,
  };
}
