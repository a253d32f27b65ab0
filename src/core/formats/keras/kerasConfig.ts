import { ModelError } from '../../ir/errors';
import type { ByteSource } from '../../ports/byteSource';

/** JSON objects of a Keras config: everything in them is to be checked. */
export type Config = Readonly<Record<string, unknown>>;

/** One output of one call of a layer. */
export interface KerasTensor {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

/** A layer of the config. */
export interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly config: Config;
  /** What each call of the layer takes. */
  readonly calls: readonly (readonly KerasTensor[])[];
}

/** A model as its config tells it. */
export interface KerasModel {
  readonly name: string;
  /** Sequential, Functional, or a class of the user's own. */
  readonly className: string;
  readonly layers: readonly KerasLayer[];
  /** Null for Sequential: the first layer's input, the last layer's result. */
  readonly inputs: readonly KerasTensor[] | null;
  readonly outputs: readonly KerasTensor[] | null;
}

const MAX_LAYERS = 100_000;

/** Values inside values that are searched for tensors. */
const MAX_DEPTH = 16;

/** Reads `model_config`, of Keras 1 to 3. Throws ModelError `corrupt`. */
export function parseKerasConfig(source: ByteSource, text: string): KerasModel {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged(source, 'its model config is no JSON');
  }
  const root = recordOf(json);
  const className = textOf(root?.class_name);
  // Keras 1 wrote the layers of a Sequential as the config itself.
  const config = Array.isArray(root?.config) ? { layers: root.config } : recordOf(root?.config);
  const layers = config?.layers;
  if (!config || !Array.isArray(layers) || layers.length > MAX_LAYERS) {
    throw damaged(source, 'its model config lists no layers');
  }
  return {
    name: textOf(config.name),
    className,
    layers: layers.map((layer, index) => layerOf(layer, index)),
    inputs: className === 'Sequential' ? null : tensorsIn(config.input_layers),
    outputs: className === 'Sequential' ? null : tensorsIn(config.output_layers),
  };
}

function layerOf(json: unknown, index: number): KerasLayer {
  const layer = recordOf(json) ?? {};
  const config = recordOf(layer.config) ?? {};
  const calls = layer.inbound_nodes;
  return {
    name: textOf(layer.name) || textOf(config.name) || `layer ${index}`,
    className: textOf(layer.class_name) || 'Layer',
    config,
    calls: Array.isArray(calls) ? calls.map(tensorsIn) : [],
  };
}

/**
 * The tensors that a call or a list of outputs names, wherever they stand: `["conv", 0, 0, {}]` up to Keras 2,
 * `{ class_name: "__keras_tensor__", config: { keras_history: ["conv", 0, 0] } }` in Keras 3.
 */
function tensorsIn(json: unknown): readonly KerasTensor[] {
  const found: KerasTensor[] = [];
  collect(json, found, 0);
  return found;
}

function collect(json: unknown, found: KerasTensor[], depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(json)) {
    const [layer, call, output] = json as readonly unknown[];
    if (typeof layer === 'string' && typeof call === 'number' && typeof output === 'number') {
      found.push({ layer, call, output });
      return;
    }
    for (const each of json) collect(each, found, depth + 1);
    return;
  }
  const record = recordOf(json);
  if (!record) return;
  if (record.class_name === '__keras_tensor__') {
    collect(recordOf(record.config)?.keras_history, found, depth + 1);
  } else for (const each of Object.values(record)) collect(each, found, depth + 1);
}

export function recordOf(json: unknown): Config | null {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Config) : null;
}

export function textOf(json: unknown): string {
  return typeof json === 'string' ? json : '';
}

export function damaged(source: ByteSource, what: string): ModelError {
  return new ModelError('corrupt', `${source.name} is damaged: ${what}.`);
}
