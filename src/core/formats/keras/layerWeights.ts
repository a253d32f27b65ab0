import type { Hdf5Dataset, Hdf5File } from '../../ports/hdf5';
import type { KerasLayer, KerasModel } from './kerasConfig';

export interface LayerWeight {
  readonly name: string;
  /** In the HDF5 file. */
  readonly path: string;
  readonly dataset: Hdf5Dataset;
}

/** Weights of each layer by its name, in the order of the layer's own list. */
export type WeightsByLayer = ReadonlyMap<string, readonly LayerWeight[]>;

/** Lists of names are split over several attributes when they are long: layer_names0, layer_names1. */
const MAX_PARTS = 1000;

/** Weights of a `.h5` file: a group a layer below `root`, whose attribute weight_names says which and in what order. */
export function weightsOfLayers(file: Hdf5File, root: string): WeightsByLayer {
  const listed = names(file, root, 'layer_names');
  const layers = listed.length > 0 ? listed : file.members(root);
  return new Map(
    layers.map((layer) => {
      const group = joined(root, layer);
      return [layer, found(file, group, names(file, group, 'weight_names'))];
    }),
  );
}

/** Weights of the model.weights.h5 inside a `.keras` archive: by class, counted in the order of the layers. */
export function weightsOfArchive(file: Hdf5File, model: KerasModel): WeightsByLayer {
  const root =
    ['/layers', '/_layer_checkpoint_dependencies'].find((path) => file.members(path).length > 0) ?? '/layers';
  const counts = new Map<string, number>();
  return new Map(
    model.layers.map((layer) => {
      const stem = snakeCase(layer.className);
      const before = counts.get(stem) ?? 0;
      counts.set(stem, before + 1);
      return [layer.name, archived(file, layer, `${root}/${before === 0 ? stem : `${stem}_${before}`}`)];
    }),
  );
}

function archived(file: Hdf5File, layer: KerasLayer, group: string): readonly LayerWeight[] {
  const members = [...file.members(`${group}/vars`)].sort((a, b) => Number(a) - Number(b));
  return found(file, `${group}/vars`, members).map((weight, index) => ({ ...weight, name: `${layer.name}/${index}` }));
}

/** As keras.src.utils.naming.to_snake_case turns class names into names. */
function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function found(file: Hdf5File, group: string, members: readonly string[]): readonly LayerWeight[] {
  return members.flatMap((name) => {
    const path = joined(group, name);
    const dataset = file.dataset(path);
    return dataset ? [{ name, path, dataset }] : [];
  });
}

function names(file: Hdf5File, path: string, attribute: string): readonly string[] {
  const whole = file.attribute(path, attribute);
  if (whole !== null) return typeof whole === 'string' ? [whole] : whole;
  const parts: string[] = [];
  for (let part = 0; part < MAX_PARTS; part++) {
    const more = file.attribute(path, `${attribute}${part}`);
    if (more === null) break;
    parts.push(...(typeof more === 'string' ? [more] : more));
  }
  return parts;
}

function joined(group: string, name: string): string {
  return `${group === '/' ? '' : group}/${name}`;
}
