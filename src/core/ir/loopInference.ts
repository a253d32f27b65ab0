import type { Node } from './graph';
import { commonShape, type InferenceScope } from './inferenceScope';
import type { OutputFacts } from './semantics/definition';
import { normalizeAxis } from './semantics/dims';
import { attributeNumber, attributeNumbers } from './semantics/sourceAttributes';
import type { Dim, Shape } from './shape';
import type { TensorId } from './tensor';

/** A value that a loop hands from step to step: operand of the node, input of the body, output of the body and node. */
interface Carried {
  readonly given: number;
  readonly bodyInput: number;
  readonly bodyOutput: number;
  readonly output: number;
}

/** Before opset 9 Scan had sequence lengths before its operands, and every operand a batch. */
function isBatchedScan(node: Node): boolean {
  return node.op.kind === 'Scan' && node.source.version < 9;
}

function scanStart(node: Node): number {
  const scanned = attributeNumber(node, 'num_scan_inputs') ?? 0;
  return Math.max(0, node.inputs.length - scanned);
}

function carriedOf(node: Node): readonly Carried[] {
  const { kind } = node.op;
  const list = (count: number, make: (index: number) => Carried): readonly Carried[] =>
    Array.from({ length: Math.max(0, count) }, (_, index) => make(index));
  if (kind === 'Loop') {
    // The body is given a counter and a condition first, and gives a condition first.
    return list(node.inputs.length - 2, (index) => ({
      given: index + 2,
      bodyInput: index + 2,
      bodyOutput: index + 1,
      output: index,
    }));
  }
  if (kind !== 'Scan') return [];
  const first = isBatchedScan(node) ? 1 : 0;
  return list(scanStart(node) - first, (index) => ({
    given: index + first,
    bodyInput: index,
    bodyOutput: index,
    output: index,
  }));
}

/** Whether a node's body is run again and again on what it gave. */
export function isOnnxLoop(node: Node): boolean {
  return node.op.kind === 'Loop' || node.op.kind === 'Scan';
}

function factsOf(scope: InferenceScope, node: Node, input: number): OutputFacts {
  const tensor = node.inputs[input];
  return typeof tensor === 'number' ? scope.facts(tensor) : { shape: null };
}

function withoutFirst(shape: Shape | null): Shape | null {
  return shape && shape.length > 0 ? shape.slice(1) : null;
}

function stepOf(node: Node, shape: Shape | null, scanned: number): Shape | null {
  if (isBatchedScan(node)) return withoutFirst(withoutFirst(shape));
  const axis = shape && normalizeAxis(attributeNumbers(node, 'scan_input_axes')?.[scanned] ?? 0, shape.length);
  return shape && axis !== null ? shape.toSpliced(axis, 1) : null;
}

/** Steps that a Scan makes, from the length of what it scans. */
function scanLength(node: Node, outer: InferenceScope): Dim {
  const first = scanStart(node);
  const shape = factsOf(outer, node, first).shape;
  if (!shape) return null;
  if (isBatchedScan(node)) return shape[1] ?? null;
  const axis = normalizeAxis(attributeNumbers(node, 'scan_input_axes')?.[0] ?? 0, shape.length);
  return axis === null ? null : (shape[axis] ?? null);
}

/**
 * Tells a body what it starts from. `assuming` that carried shapes stay as they are given, which `shapesHold` checks
 * once the body is inferred; without that only their ranks are taken to stay.
 */
export function teachLoopBody(node: Node, outer: InferenceScope, body: InferenceScope, assuming: boolean): void {
  const teach = (position: number, facts: OutputFacts): void => {
    const input = body.graph.inputs[position];
    if (input !== undefined) body.learn(input, facts, 'unknown');
  };
  if (node.op.kind === 'Loop') {
    teach(0, { shape: [], dtype: 'int64' });
    teach(1, { shape: [], dtype: 'bool' });
  }
  for (const { given, bodyInput } of carriedOf(node)) {
    const facts = factsOf(outer, node, given);
    const shape = isBatchedScan(node) ? withoutFirst(facts.shape) : facts.shape;
    teach(bodyInput, { shape: assuming ? shape : (shape?.map(() => null) ?? null), dtype: facts.dtype ?? 'unknown' });
  }
  if (node.op.kind !== 'Scan') return;
  const start = scanStart(node);
  const first = isBatchedScan(node) ? 1 : 0;
  for (let input = start; input < node.inputs.length; input += 1) {
    const { shape, dtype = 'unknown' } = factsOf(outer, node, input);
    teach(input - first, { shape: stepOf(node, shape, input - start), dtype });
  }
}

function sameShape(a: Shape | null, b: Shape | null): boolean {
  return a?.length === b?.length && (a?.every((dim, axis) => dim === b?.[axis]) ?? true);
}

function resultOf(body: InferenceScope, position: number): OutputFacts {
  const tensor = body.graph.outputs[position];
  if (tensor === undefined) return { shape: null };
  const { shape, dtype } = body.facts(tensor);
  return { shape, ...(dtype && { dtype }) };
}

/** True when a body gives every carried value in the shape it was given, so that every step does. */
export function shapesHold(node: Node, outer: InferenceScope, body: InferenceScope): boolean {
  return carriedOf(node).every(({ given, bodyOutput }) => {
    const { shape } = factsOf(outer, node, given);
    return sameShape(isBatchedScan(node) ? withoutFirst(shape) : shape, resultOf(body, bodyOutput).shape);
  });
}

/** The value that a condition of a body comes from, seen through Identity. */
function origin(body: InferenceScope, tensor: TensorId): TensorId {
  let at = tensor;
  for (let left = body.graph.nodes.length; left > 0; left -= 1) {
    const maker = body.graph.nodes.find(({ outputs }) => outputs.includes(at));
    const from = maker?.op.kind === 'Identity' ? maker.inputs[0] : null;
    if (typeof from !== 'number') return at;
    at = from;
  }
  return at;
}

/** Steps of a Loop whose count is known and whose condition never ends it early; null for any other. */
function tripCount(node: Node, outer: InferenceScope, body: InferenceScope): number | null {
  const [count, condition] = node.inputs;
  const steps = typeof count === 'number' ? (outer.tensorValue(count)?.[0] ?? null) : null;
  const startsTrue = typeof condition === 'number' ? outer.tensorValue(condition)?.[0] === 1 : true;
  const stated = body.graph.outputs[0];
  if (steps === null || !startsTrue || stated === undefined) return null;
  const from = origin(body, stated);
  const staysTrue = from === body.graph.inputs[1] || body.tensorValue(from)?.[0] === 1;
  return staysTrue ? Math.max(0, steps) : null;
}

/** What a Loop or Scan gives: the carried values, then one element a step. */
export function loopOutputs(node: Node, outer: InferenceScope, body: InferenceScope): readonly OutputFacts[] {
  const carried = carriedOf(node);
  const batch = isBatchedScan(node) ? [factsOf(outer, node, scanStart(node)).shape?.[0] ?? null] : [];
  const steps = node.op.kind === 'Loop' ? tripCount(node, outer, body) : scanLength(node, outer);
  const shift = node.op.kind === 'Loop' ? 1 : 0;
  return node.outputs.map((_, position): OutputFacts => {
    const result = resultOf(body, position + shift);
    const state = carried[position];
    if (state) {
      const shape = isBatchedScan(node) && result.shape ? [...batch, ...result.shape] : result.shape;
      // With no step at all, a value comes out as it went in.
      return { ...result, shape: commonShape(shape, factsOf(outer, node, state.given).shape) };
    }
    if (!result.shape) return result;
    const axes = attributeNumbers(node, 'scan_output_axes');
    const axis = normalizeAxis(axes?.[position - carried.length] ?? 0, result.shape.length + 1);
    return { ...result, shape: axis === null ? null : [...batch, ...result.shape.toSpliced(axis, 0, steps)] };
  });
}
