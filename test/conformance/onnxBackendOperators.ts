import { OnnxBuilder } from '../../src/core/formats/onnx/onnxBuilder';
import type { Node } from '../../src/core/ir/graph';
import type { Model } from '../../src/core/ir/model';
import { isKnownOperator } from '../../src/core/ir/semantics/opaque';
import { openBackendModel } from './onnxBackendCases';
import { AI_ONNX_OPERATORS } from './onnxOperatorNames';

/** How an operator's nodes were read: into the vocabulary, as a known name, or as something nobody knows. */
interface Seen {
  modelled: number;
  named: number;
  unknown: number;
}

/** Counts how the operators of ai.onnx come out of the reader, over all models it was given. */
export class OperatorCensus {
  readonly #seen = new Map<string, Seen>();

  add(model: Model): void {
    for (const graph of model.graphs) for (const node of graph.nodes) this.#count(node);
  }

  #count(node: Node): void {
    const { domain, op } = node.source;
    if ((domain !== '' && domain !== 'ai.onnx') || node.op.kind === 'Call') return;
    const seen = this.#seen.get(op) ?? { modelled: 0, named: 0, unknown: 0 };
    this.#seen.set(op, seen);
    if (node.op.kind !== 'Opaque') seen.modelled += 1;
    else if (isKnownOperator(node)) seen.named += 1;
    else seen.unknown += 1;
  }

  /** Prints the table; returns how many operators are not known by name. */
  print(): number {
    const names = Object.keys(AI_ONNX_OPERATORS);
    for (const name of names.filter((each) => !this.#seen.has(each))) this.add(bareNode(name));
    const rows = names.map((name) => ({ name, ...this.#seen.get(name)! }));
    const unknown = rows.filter((row) => row.unknown > 0);
    const list = (title: string, some: typeof rows): void =>
      console.log(
        `  ${String(some.length).padStart(4)} ${title}${some.length > 0 ? ': ' : ''}${some.map(({ name }) => name).join(', ')}`,
      );
    const versions = Math.max(...Object.values(AI_ONNX_OPERATORS));
    console.log(
      `\nOperators of ai.onnx up to opset ${versions}: ${rows.length} names, ${unknown.length} unknown to the reader`,
    );
    const known = rows.filter((row) => row.unknown === 0);
    console.log(
      `  ${String(known.filter((row) => row.named === 0).length).padStart(4)} in the vocabulary, in every form that occurs`,
    );
    list(
      'in the vocabulary, some forms by name only',
      known.filter((row) => row.modelled > 0 && row.named > 0),
    );
    list(
      'by name only (Opaque: name and attributes; result shapes by a rule, of sequences and optionals none)',
      known.filter((row) => row.modelled === 0),
    );
    list('UNKNOWN', unknown);
    const extra = [...this.#seen.keys()].filter((name) => !(name in AI_ONNX_OPERATORS));
    if (extra.length > 0) console.log(`  names outside the list: ${extra.join(', ')}`);
    return unknown.length;
  }
}

/** An operator that no model of the suites has, without attributes. */
function bareNode(op: string): Model {
  const file = new OnnxBuilder({ opset: AI_ONNX_OPERATORS[op]! })
    .input('x', 'float32', [1, 4, 4])
    .node(op, ['x'], ['y'])
    .output('y', 'float32', null)
    .build();
  const opened = openBackendModel(op, file);
  if (!('model' in opened)) throw new Error(`${op} does not open`);
  return opened.model;
}
