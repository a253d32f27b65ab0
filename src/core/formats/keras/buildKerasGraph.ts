import type { Attributes, AttributeValue } from '../../ir/attributes';
import type { Graph, Node } from '../../ir/graph';
import type { Shape } from '../../ir/shape';
import type { Tensor, TensorId } from '../../ir/tensor';
import { topologicalOrder } from '../topologicalOrder';
import type { KerasLayer, KerasModel, KerasTensor } from './kerasConfig';
import { LayerSettings } from './layerSettings';
import type { LayerWeight, WeightsByLayer } from './layerWeights';
import { mapLayer } from './mapLayer';

/** Config entries that say how a layer was trained, not what it computes. */
const TRAINING_ONLY = /(initializer|regularizer|constraint)$|^(name|trainable|dtype|batch_input_shape|batch_shape)$/;

/** One call of one layer: a node to be. */
interface Call {
  readonly layer: KerasLayer;
  readonly inputs: readonly KerasTensor[];
  readonly outputs: readonly KerasTensor[];
}

/** The layers of a Keras model as a graph, one node a call. Throws ModelError `cyclic`. */
export function buildKerasGraph(fileName: string, model: KerasModel, weights: WeightsByLayer): Graph {
  return new GraphBuilder(model, weights).build(fileName);
}

class GraphBuilder {
  readonly #model: KerasModel;
  readonly #weights: WeightsByLayer;
  readonly #tensors: Tensor[] = [];
  readonly #values = new Map<string, TensorId>();
  readonly #constants = new Map<string, TensorId>();

  constructor(model: KerasModel, weights: WeightsByLayer) {
    this.#model = model;
    this.#weights = weights;
  }

  build(fileName: string): Graph {
    const { layers } = this.#model;
    const isInput = (layer: KerasLayer): boolean => layer.className === 'InputLayer';
    const sequence = this.#model.inputs === null || this.#model.outputs === null ? sequentialCalls(layers) : null;
    const ports = sequence ?? {
      inputs: this.#model.inputs!,
      outputs: this.#model.outputs!,
      calls: functionalCalls(layers, this.#model.outputs!),
    };
    const inputs = ports.inputs.map((input) => this.#declareInput(input));
    // An input that the model does not list is one all the same.
    for (const layer of layers.filter(isInput)) {
      const own = { layer: layer.name, call: 0, output: 0 };
      if (!this.#values.has(keyOf(own))) inputs.push(this.#declareInput(own));
    }
    const calls = ports.calls.filter(({ layer }) => !isInput(layer));
    const order = topologicalOrder(
      calls,
      {
        label: ({ layer }) => layer.name,
        reads: (call) => call.inputs.map(keyOf),
        writes: (call) => call.outputs.map(keyOf),
      },
      fileName,
    );
    const ordered = order ? order.map((index) => calls[index]!) : calls;
    const nodes = ordered.map((call, id) => this.#node(call, id));
    const outputs = ports.outputs.map((output) => this.#value(output));
    return { name: this.#model.name, tensors: this.#tensors, nodes, inputs, outputs };
  }

  #declareInput(tensor: KerasTensor): TensorId {
    const layer = this.#model.layers.find(({ name }) => name === tensor.layer);
    const settings = new LayerSettings(layer?.config ?? {});
    const shape = settings.shape('batch_input_shape') ?? settings.shape('batch_shape');
    const dtype = settings.text('dtype');
    return this.#declare(
      tensor,
      shape,
      dtype === 'int32' || dtype === 'int64' || dtype === 'uint8' ? dtype : 'float32',
    );
  }

  #declare(tensor: KerasTensor, shape: Shape | null, dtype: Tensor['dtype']): TensorId {
    const id = this.#push(nameOf(tensor), shape, dtype, null);
    this.#values.set(keyOf(tensor), id);
    return id;
  }

  #push(name: string, shape: Shape | null, dtype: Tensor['dtype'], constant: Tensor['constant']): TensorId {
    const id = this.#tensors.length;
    this.#tensors.push({ id, name, dtype, shape, quantization: null, constant, isVariable: false });
    return id;
  }

  #value(tensor: KerasTensor): TensorId {
    return this.#values.get(keyOf(tensor)) ?? this.#declare(tensor, null, 'float32');
  }

  #node({ layer, inputs, outputs }: Call, id: number): Node {
    const values = inputs.map((input) => this.#value(input));
    return {
      id,
      op: mapLayer(layer),
      inputs: [...values, ...this.#weightInputs(layer)],
      outputs: outputs.map((output) => this.#value(output)),
      source: {
        op: layer.className,
        domain: '',
        version: 1,
        name: layer.name,
        attributes: attributesOf(layer),
        index: this.#model.layers.indexOf(layer),
      },
    };
  }

  /** Weights in the order of our operators: Keras leaves out what is switched off. */
  #weightInputs(layer: KerasLayer): (TensorId | null)[] {
    const ids = (this.#weights.get(layer.name) ?? []).map((weight) => this.#constant(weight));
    if (layer.className !== 'BatchNormalization') return ids;
    const settings = new LayerSettings(layer.config);
    const scale = settings.flag('scale', true) ? (ids.shift() ?? null) : null;
    const center = settings.flag('center', true) ? (ids.shift() ?? null) : null;
    return [scale, center, ...ids];
  }

  #constant({ name, path, dataset }: LayerWeight): TensorId {
    const known = this.#constants.get(path);
    if (known !== undefined) return known;
    const { byteLength } = dataset;
    const constant = { byteLength, storedBytes: byteLength, key: `keras:${path}`, read: () => dataset.read() };
    const id = this.#push(name, dataset.shape, dataset.dtype, constant);
    this.#constants.set(path, id);
    return id;
  }
}

interface Ports {
  readonly inputs: readonly KerasTensor[];
  readonly outputs: readonly KerasTensor[];
  readonly calls: readonly Call[];
}

/** Each layer takes what the one before gives; the first says what the model takes. */
function sequentialCalls(layers: readonly KerasLayer[]): Ports {
  const [first] = layers;
  if (!first) return { inputs: [], outputs: [], calls: [] };
  // Without a layer for the input, the first layer's own config has its shape.
  const input = { layer: first.name, call: first.className === 'InputLayer' ? 0 : -1, output: 0 };
  let last = input;
  const calls: Call[] = [];
  for (const layer of layers) {
    if (layer.className === 'InputLayer') continue;
    const result = { layer: layer.name, call: 0, output: 0 };
    calls.push({ layer, inputs: [last], outputs: [result] });
    last = result;
  }
  return { inputs: [input], outputs: [last], calls };
}

function functionalCalls(layers: readonly KerasLayer[], outputs: readonly KerasTensor[]): Call[] {
  // A layer says nowhere how many results it has: those that somebody takes, and the first.
  const results = new Map<string, number>();
  const take = ({ layer, call, output }: KerasTensor): void => {
    const key = `${call} ${layer}`;
    if (output >= 0 && output < MAX_RESULTS) results.set(key, Math.max(results.get(key) ?? 0, output));
  };
  outputs.forEach(take);
  for (const layer of layers) for (const call of layer.calls) call.forEach(take);
  return layers.flatMap((layer) =>
    layer.calls.map((inputs, call) => {
      const last = results.get(`${call} ${layer.name}`) ?? 0;
      const own = Array.from({ length: last + 1 }, (_, output) => ({ layer: layer.name, call, output }));
      return { layer, inputs, outputs: own };
    }),
  );
}

/** Results of one layer; a recurrent one that returns its states has a handful. */
const MAX_RESULTS = 64;

function keyOf({ layer, call, output }: KerasTensor): string {
  return `${call} ${output} ${layer}`;
}

function nameOf({ layer, call, output }: KerasTensor): string {
  const name = call < 0 ? 'input' : layer;
  return [name, ...(call > 0 ? [`call ${call}`] : []), ...(output > 0 ? [`output ${output}`] : [])].join(':');
}

function attributesOf(layer: KerasLayer): Attributes {
  return Object.fromEntries(
    Object.entries(layer.config)
      .filter(([name]) => !TRAINING_ONLY.test(name))
      .map(([name, value]): [string, AttributeValue] => [name, attributeOf(value)]),
  );
}

function attributeOf(value: unknown): AttributeValue {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return value;
  return { text: JSON.stringify(value).slice(0, MAX_ATTRIBUTE_TEXT) };
}

const MAX_ATTRIBUTE_TEXT = 1000;
