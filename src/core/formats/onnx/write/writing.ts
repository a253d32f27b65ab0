import type { Model } from '../../../ir/model';

/** What one writing of a model shares: names in use, and what the file will need. */
export class Writing {
  readonly model: Model;
  /** Version of the default operator set in the file to be. */
  readonly opset: number;
  /** True once a node of ONNX Runtime's own domain has been written. */
  usesMicrosoftDomain = false;
  readonly #names: Set<string>;

  constructor(model: Model, opset: number) {
    this.model = model;
    this.opset = opset;
    this.#names = new Set(model.graphs.flatMap((graph) => graph.tensors.map((tensor) => tensor.name)));
  }

  /** A value name that nothing in the file has: bodies must not hide names of graphs around them. */
  newName(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#names.has(name); count++) name = `${wanted}_${count}`;
    this.#names.add(name);
    return name;
  }
}
