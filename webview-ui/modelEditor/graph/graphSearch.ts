import type { GraphView } from '../../../src/protocol/views';
import { isDrawn } from './graphGeometry';

export interface SearchHit {
  /** The element to go to: an operator, an input or an output; -1 for a tensor that nothing here makes. */
  readonly element: number;
  /** Set when a tensor's name was found. */
  readonly tensor: number | null;
  readonly text: string;
  readonly detail: string;
}

export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** All matches; `hits` holds the first of them. */
  readonly total: number;
}

export const HITS_KEPT = 500;

/** Finds operators (by kind, by the name the file gives them, or by number as `#12`) and tensors (by name) that contain every word of the query. */
export class GraphSearch {
  readonly #view: GraphView;
  readonly #elements: readonly string[];
  readonly #tensors: readonly string[];

  constructor(view: GraphView) {
    this.#view = view;
    this.#elements = view.labels.map((label, element) =>
      `${label} ${view.details[element] ?? ''} ${view.names[element] ?? ''}`.toLowerCase(),
    );
    this.#tensors = view.tensorNames.map((name) => name.toLowerCase());
  }

  find(query: string): SearchResult {
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) return { hits: [], total: 0 };
    const number = /^#(\d+)$/.exec(query.trim());
    if (number !== null) return this.#byNumber(Number(number[1]));
    const hits: SearchHit[] = [];
    let total = 0;
    for (const [element, text] of this.#elements.entries()) {
      if (!isDrawn(this.#view, element) || !words.every((word) => text.includes(word))) continue;
      total += 1;
      if (hits.length < HITS_KEPT) hits.push(this.#elementHit(element));
    }
    for (const [tensor, text] of this.#tensors.entries()) {
      if (!words.every((word) => text.includes(word))) continue;
      total += 1;
      if (hits.length < HITS_KEPT) hits.push(this.#tensorHit(tensor));
    }
    return { hits, total };
  }

  #byNumber(element: number): SearchResult {
    return element < this.#view.nodeCount ? { hits: [this.#elementHit(element)], total: 1 } : { hits: [], total: 0 };
  }

  #elementHit(element: number): SearchHit {
    const isOperator = element < this.#view.nodeCount;
    const detail = this.#view.details[element] ?? '';
    return {
      element,
      tensor: null,
      text: this.#view.labels[element] ?? '',
      detail: isOperator
        ? [`#${element}`, detail, this.#view.names[element] ?? ''].filter((part) => part !== '').join(' ')
        : `${this.#view.kinds[element] ?? ''} ${detail}`.trim(),
    };
  }

  #tensorHit(tensor: number): SearchHit {
    const producer = this.#view.tensorProducers[tensor] ?? -1;
    const element = producer >= 0 ? producer : this.#consumer(tensor);
    return {
      element,
      tensor,
      text: this.#view.tensorNames[tensor] ?? '',
      detail: producer >= 0 ? `output of #${producer}` : element >= 0 ? `beside #${element}` : 'constant',
    };
  }

  /** What an input of the graph leads to; constants have no edge. */
  #consumer(tensor: number): number {
    const edge = this.#view.edgeTensors.indexOf(tensor);
    return edge < 0 ? -1 : this.#view.edges[2 * edge]!;
  }
}
