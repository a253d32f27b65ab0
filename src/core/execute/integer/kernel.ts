import type { Node } from '../../ir/graph';
import type { Op, OpKind } from '../../ir/ops/op';
import type { Multiply, Rounding } from './fixedPoint';
import type { Operand } from './operand';

/** Runs one node once. */
export type Run = () => void;

/** The member of the vocabulary with a kind. */
export type OpOf<K extends OpKind, O extends Op = Op> = O extends Op ? (K extends O['kind'] ? O : never) : never;

/**
 * Checks a node, works out what does not change between runs, and returns what runs it. Throws Refusal for what TFLM
 * would not run either, or what the engine lacks.
 */
export type Prepare<O extends Op = Op> = (context: KernelContext<O>) => Run;

/** Kernels of one family by the kind of operator. */
export type KernelTable = { readonly [K in OpKind]?: Prepare<OpOf<K>> };

/** A graph that a node runs. */
export interface Body {
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Operand[];
  run(): void;
}

/** The resource variables of a session: VAR_HANDLE gives the number, the others find the bytes by it. */
export interface ResourceStore {
  /** The number of a variable, given at the first call with its name. */
  idOf(name: string): number;
  /** Gives a variable its memory, every byte `initial`; the first call counts. */
  allocate(id: number, byteLength: number, initial: number): void;
  /** Its bytes, or null before they are allocated. */
  bytesOf(id: number): Uint8Array | null;
}

/** Why a node cannot run, in words that follow "because". */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Thrown by a node that ends the run before the nodes after it: they keep what they hold. */
export class Pause extends Error {
  override readonly name = 'Pause';
}

/** A node with its operands, while it is being prepared. */
export class KernelContext<O extends Op = Op> {
  readonly node: Node;
  readonly op: O;
  readonly inputs: readonly (Operand | null)[];
  readonly outputs: readonly Operand[];
  readonly rounding: Rounding;
  readonly multiply: Multiply;
  readonly resources: ResourceStore;
  readonly bodies: readonly Body[];
  /** Registers what a kernel forgets when the session is reset. */
  readonly onReset: (forget: () => void) => void;

  constructor(parts: KernelParts<O>) {
    this.node = parts.node;
    this.op = parts.op;
    this.inputs = parts.inputs;
    this.outputs = parts.outputs;
    this.rounding = parts.rounding;
    this.multiply = parts.multiply;
    this.resources = parts.resources;
    this.bodies = parts.bodies;
    this.onReset = parts.onReset;
  }

  input(index: number): Operand {
    return this.inputs[index] ?? refuse(`input ${index} is missing`);
  }

  optional(index: number): Operand | null {
    return this.inputs[index] ?? null;
  }

  output(index = 0): Operand {
    return this.outputs[index] ?? refuse(`output ${index} is missing`);
  }
}

export interface KernelParts<O extends Op> {
  readonly node: Node;
  readonly op: O;
  readonly inputs: readonly (Operand | null)[];
  readonly outputs: readonly Operand[];
  readonly rounding: Rounding;
  readonly multiply: Multiply;
  readonly resources: ResourceStore;
  readonly bodies: readonly Body[];
  readonly onReset: (forget: () => void) => void;
}

export function refuse(why: string): never {
  throw new Refusal(why);
}

/** Refuses unless the condition holds. */
export function need(condition: boolean, why: string): asserts condition {
  if (!condition) refuse(why);
}

/** Refuses a combination of element types, `int8, int8 -> float32`. */
export function refuseTypes(context: KernelContext): never {
  const inputs = context.inputs.map((operand) => operand?.dtype ?? 'none').join(', ');
  const outputs = context.outputs.map((operand) => operand.dtype).join(', ');
  return refuse(`there is no kernel for ${inputs} -> ${outputs}`);
}
