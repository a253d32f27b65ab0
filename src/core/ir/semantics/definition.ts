import type { DType } from '../dtype';
import type { Node } from '../graph';
import type { Op, OpKind } from '../ops/op';
import type { Shape } from '../shape';

/** Elements of a small tensor known before running, row-major (shapes, axes, sizes). 64-bit integers as doubles. */
export type KnownValues = readonly number[];

/** What shape inference may ask about a node. Out-of-range and left-out operands answer null. */
export interface InferenceContext {
  readonly node: Node;
  readonly inputCount: number;
  readonly outputCount: number;
  shape(input: number): Shape | null;
  dtype(input: number): DType | null;
  /** The operand's values when it is a small constant or was computed from known shapes; null otherwise. */
  value(input: number): KnownValues | null;
  /** True when the operand is there. */
  has(input: number): boolean;
}

/** What inference says of one output. Left-out parts are not known; the dtype defaults to that of the first input. */
export interface OutputFacts {
  readonly shape: Shape | null;
  readonly dtype?: DType;
  readonly value?: KnownValues | null;
}

/** Shapes of a node's operands and results, as far as they are known. */
export interface NodeShapes {
  readonly node: Node;
  readonly inputs: readonly (Shape | null)[];
  readonly outputs: readonly (Shape | null)[];
}

/** What parameters are called. Any other role (shape, axes, pads, indices, bounds) configures an operator. */
export type ParameterRole = 'weights' | 'bias' | 'scale' | 'slope' | 'mean' | 'variance' | 'table';

export type PlainRole =
  | 'input'
  | 'condition'
  | 'shape'
  | 'axes'
  | 'pads'
  | 'indices'
  | 'updates'
  | 'bounds'
  | 'sizes'
  | 'value'
  | 'state'
  | 'zero point'
  | 'quantization';

/** What an operand is to its operator, in a word for users; a pair where it depends on the operand being constant. */
export type Role = ParameterRole | PlainRole | { readonly activation: PlainRole; readonly constant: ParameterRole };

/** Everything the workbench knows of an operator, in one place. */
export interface OpDefinition<O extends Op> {
  /** Facts of each output; fewer than the node has means the rest is unknown. Must not throw on odd operands. */
  infer(op: O, context: InferenceContext): readonly OutputFacts[];
  /**
   * Multiply-accumulates of one run; null when a needed shape is unknown. Only products summed into accumulators count:
   * elementwise arithmetic, pooling and normalization are 0 (the convention of MLPerf Tiny's published counts). Left
   * out: 0.
   */
  macs?(op: O, shapes: NodeShapes): number | null;
  /** What tells it apart from others of its kind: "3×3 /2". Left out: nothing. */
  detail?(op: O, shapes: NodeShapes): string;
  /** Roles of the inputs in order; the last repeats. Left out: "input". */
  roles?(op: O, node: Node): readonly Role[];
  /** The input whose values come out unchanged in kind (reshaped, moved, dequantized): weights are seen through it. */
  readonly carries?: number;
}

/** The member of the union that has this kind. */
export type OpWith<K extends OpKind> = Op extends infer O
  ? O extends Op
    ? K extends O['kind']
      ? O
      : never
    : never
  : never;

/** Definitions of some kinds: what each family file exports. */
export type Definitions<K extends OpKind> = { readonly [P in K]: OpDefinition<OpWith<P>> };
