import type { DType } from '../../../ir/dtype';
import type { Shape } from '../../../ir/shape';
import type { NodeAttributes, OnnxBuilder } from '../../../formats/onnx/onnxBuilder';
import type { GraphSink } from '../../lower/lowerContext';

interface RecordedNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: NodeAttributes;
}

interface RecordedConstant {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

interface RecordedPort {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape | null;
}

/** An ONNX graph before it is written: values get the names of their TFLite tensors, and what nobody reads goes. */
export class RecordedGraph implements GraphSink {
  readonly #nodes: RecordedNode[] = [];
  readonly #constants: RecordedConstant[] = [];
  readonly #inputs: RecordedPort[] = [];
  readonly #outputs: RecordedPort[] = [];

  node(op: string, inputs: readonly string[], outputs: readonly string[], attributes: NodeAttributes = {}): this {
    this.#nodes.push({ op, inputs, outputs, attributes });
    return this;
  }

  initializer(name: string, dtype: DType, shape: readonly number[], bytes: Uint8Array): this {
    this.#constants.push({ name, dtype, shape, bytes });
    return this;
  }

  input(name: string, dtype: DType, shape: Shape | null): this {
    this.#inputs.push({ name, dtype, shape });
    return this;
  }

  output(name: string, dtype: DType, shape: Shape | null): this {
    this.#outputs.push({ name, dtype, shape });
    return this;
  }

  /** Writes what the outputs need. `titles` says how values are to be called; ports keep their names. */
  writeTo(builder: OnnxBuilder, titles: ReadonlyMap<string, string>): void {
    const { nodes: live, needed } = this.#live();
    const { kept: nodes, renamed } = this.#withoutCopies(live);
    const nameOf = this.#names(nodes, titles, renamed);
    for (const port of this.#inputs) builder.input(port.name, port.dtype, port.shape);
    for (const { name, dtype, shape, bytes } of this.#constants) {
      if (needed.has(name)) builder.initializer(nameOf(name), dtype, shape, bytes);
    }
    for (const { op, inputs, outputs, attributes } of nodes) {
      const made = outputs.map(nameOf);
      builder.node(op, inputs.map(nameOf), made, attributes, '', `${op}:${made[0] ?? ''}`);
    }
    for (const port of this.#outputs) builder.output(port.name, port.dtype, port.shape);
  }

  #live(): { readonly nodes: readonly RecordedNode[]; readonly needed: ReadonlySet<string> } {
    const needed = new Set(this.#outputs.map((port) => port.name));
    const nodes: RecordedNode[] = [];
    for (const node of [...this.#nodes].reverse()) {
      if (!node.outputs.some((name) => needed.has(name))) continue;
      for (const name of node.inputs) needed.add(name);
      nodes.push(node);
    }
    return { nodes: nodes.reverse(), needed };
  }

  /** What a node computes for an output gets the output's name at once; inputs and constants still need a copy. */
  #withoutCopies(nodes: readonly RecordedNode[]): {
    readonly kept: readonly RecordedNode[];
    readonly renamed: ReadonlyMap<string, string>;
  } {
    const outputs = new Set(this.#outputs.map((port) => port.name));
    const made = new Set(nodes.flatMap((node) => node.outputs));
    const renamed = new Map<string, string>();
    const kept = nodes.filter(({ op, inputs, outputs: [name = ''] }) => {
      const from = inputs[0] ?? '';
      if (op !== 'Identity' || !outputs.has(name) || !made.has(from) || renamed.has(from)) return true;
      renamed.set(from, name);
      return false;
    });
    return { kept, renamed };
  }

  #names(
    nodes: readonly RecordedNode[],
    titles: ReadonlyMap<string, string>,
    renamed: ReadonlyMap<string, string>,
  ): (name: string) => string {
    const ports = [...this.#inputs, ...this.#outputs].map((port) => port.name);
    const taken = new Set(ports);
    const names = new Map<string, string>([
      ['', ''],
      ...ports.map((name): [string, string] => [name, name]),
      ...renamed,
    ]);
    const titleOf = (name: string, otherwise: string): string => {
      const title = titles.get(name) ?? '';
      return title === '' ? otherwise : title;
    };
    const give = (name: string, title: string): void => {
      if (names.has(name)) return;
      let free = title;
      for (let count = 1; taken.has(free); count++) free = `${title}_${count}`;
      taken.add(free);
      names.set(name, free);
    };
    for (const { name } of this.#constants) give(name, titleOf(name, 'constant'));
    for (const { op, outputs } of nodes) for (const name of outputs) give(name, titleOf(name, op.toLowerCase()));
    return (name) => names.get(name) ?? name;
  }
}
