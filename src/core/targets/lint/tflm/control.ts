import { need, type KernelCheck, type KernelChecks } from './kernelCheck';
import type { KernelView } from './kernelView';
import { counts, oneOf } from './rules';

/** Kernels that run other graphs of the model, or keep variables. */

function bodyOf(node: KernelView, place: number, what: string) {
  const { op } = node.node;
  const index = 'bodies' in op ? op.bodies[place] : undefined;
  const body = index === undefined ? undefined : node.model.graphs[index];
  need(body !== undefined, `its ${what} is a graph that the model does not have`);
  return body;
}

function same(count: number, wanted: number, what: string): void {
  need(count === wanted, `${what}: ${count} for ${wanted}`);
}

/** if.cc: the inputs and outputs of the other branch are looked at when it is taken. */
const ifOperator: KernelCheck = {
  prepare(node) {
    const condition = node.input(0, 'its condition');
    oneOf(condition, ['bool']);
    need(condition.count === 1, `its condition has ${condition.count} elements`);
    const [then] = [bodyOf(node, 0, 'first branch'), bodyOf(node, 1, 'second branch')];
    same(then.inputs.length, node.inputs - 1, 'its first branch takes other inputs');
    same(then.outputs.length, node.outputs, 'its first branch gives other outputs');
  },
  values(node) {
    const other = bodyOf(node, 1, 'second branch');
    const fits = other.inputs.length === node.inputs - 1 && other.outputs.length === node.outputs;
    return fits ? null : 'its second branch takes or gives another number of tensors';
  },
};

/** while.cc */
const whileOperator: KernelCheck = {
  prepare(node) {
    const [condition, body] = [bodyOf(node, 0, 'condition'), bodyOf(node, 1, 'body')];
    same(condition.inputs.length, node.inputs, 'its condition takes other inputs');
    same(body.inputs.length, node.inputs, 'its body takes other inputs');
    same(node.outputs, node.inputs, 'it gives another number of tensors than it takes');
    same(body.outputs.length, node.outputs, 'its body gives other outputs');
  },
};

/** call_once.cc */
const callOnce: KernelCheck = {
  prepare(node) {
    counts(node, 0, 0);
    bodyOf(node, 0, 'initializer');
  },
};

/** assign_variable.cc */
const assignVariable: KernelCheck = {
  prepare(node) {
    counts(node, 2, 0);
    const handle = node.input(0, 'its handle');
    oneOf(handle, ['resource', 'int32']);
    need(handle.count === 1, `its handle has ${handle.count} elements`);
    node.input(1, 'its value');
  },
};

/** read_variable.cc */
const readVariable: KernelCheck = {
  prepare(node) {
    counts(node, 1, 1);
    const handle = node.input(0, 'its handle');
    oneOf(handle, ['resource']);
    need(handle.count === 1, `its handle has ${handle.count} elements`);
  },
};

export const controlChecks: KernelChecks = {
  IF: ifOperator,
  WHILE: whileOperator,
  CALL_ONCE: callOnce,
  ASSIGN_VARIABLE: assignVariable,
  READ_VARIABLE: readVariable,
  // var_handle.cc wants a MicroResourceVariables, which is the firmware's to give: its own rule says so.
  VAR_HANDLE: {},
};
