import { ModelError } from '../../../ir/errors';
import type { Control, Variable } from '../../../ir/ops/control';
import { need, refuse, type Body, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';

/** IF, WHILE, CALL_ONCE and resource variables. Source: TFLM kernels of these names, micro_resource_variable.cc. */

/** Loops in models of microcontrollers are short; a longer one never ends, as far as a user can tell. */
const MAX_LOOP_STEPS = 1_000_000;

function copyAll(from: readonly Operand[], to: readonly Operand[]): void {
  for (const [i, operand] of to.entries()) operand.bytes.set(from[i]!.bytes);
}

/** Refuses operands that do not pair up with those of a body. */
function needPairs(outer: readonly Operand[], inner: readonly Operand[]): void {
  need(outer.length === inner.length, 'a graph that it runs takes other operands');
  need(
    outer.every((operand, i) => operand.dtype === inner[i]!.dtype && operand.count === inner[i]!.count),
    'a graph that it runs takes other shapes',
  );
}

function operandsFrom(context: KernelContext, first: number): readonly Operand[] {
  return context.inputs.slice(first).map((_, i) => context.input(first + i));
}

function bodyOf(context: KernelContext, index: number): Body {
  return context.bodies[index] ?? refuse('a graph that it runs is missing');
}

function prepareIf(context: KernelContext<Control>): Run {
  const condition = context.input(0);
  const inputs = operandsFrom(context, 1);
  const branches = [bodyOf(context, 0), bodyOf(context, 1)] as const;
  need(condition.dtype === 'bool' && condition.count === 1, 'its condition is not one bool');
  for (const branch of branches) {
    needPairs(inputs, branch.inputs);
    needPairs(context.outputs, branch.outputs);
  }
  return () => {
    const branch = branches[condition.numbers[0] === 0 ? 1 : 0];
    copyAll(inputs, branch.inputs);
    branch.run();
    copyAll(branch.outputs, context.outputs);
  };
}

function prepareWhile(context: KernelContext<Control>): Run {
  const inputs = operandsFrom(context, 0);
  const { outputs } = context;
  const [condition, body] = [bodyOf(context, 0), bodyOf(context, 1)];
  const answer = condition.outputs[0] ?? refuse('its condition has no output');
  need(answer.dtype === 'bool', 'its condition is not a bool');
  for (const graph of [condition, body]) needPairs(inputs, graph.inputs);
  needPairs(inputs, outputs);
  needPairs(outputs, body.outputs);
  return () => {
    copyAll(inputs, outputs);
    for (let step = 0; ; step += 1) {
      copyAll(outputs, condition.inputs);
      condition.run();
      if (answer.numbers[0] === 0) return;
      if (step >= MAX_LOOP_STEPS) {
        throw new ModelError('bad-data', `A loop of the model did not end within ${MAX_LOOP_STEPS} steps.`);
      }
      copyAll(outputs, body.inputs);
      body.run();
      copyAll(body.outputs, outputs);
    }
  };
}

/** Runs its graph at the first invocation of the session; a reset does not run it again, as in TFLM. */
function prepareCallOnce(context: KernelContext<Control>): Run {
  const body = bodyOf(context, 0);
  let hasRun = false;
  return () => {
    if (hasRun) return;
    body.run();
    hasRun = true;
  };
}

/** The handle is a number, written when prepared so that those after it can look it up then. */
function prepareHandle(context: KernelContext<Variable>): Run {
  const output = context.output();
  need(output.dtype === 'resource' && output.count === 1, 'its output is not a resource');
  const id = context.resources.idOf(context.op.resource);
  output.numbers[0] = id;
  return () => {
    output.numbers[0] = id;
  };
}

function handleOf(context: KernelContext<Variable>): Operand {
  const handle = context.input(0);
  need(handle.dtype === 'resource' && handle.count === 1, 'its first input is not a resource');
  return handle;
}

function prepareRead(context: KernelContext<Variable>): Run {
  const handle = handleOf(context);
  const output = context.output();
  return () => {
    const bytes = context.resources.bytesOf(handle.numbers[0]!);
    if (bytes?.length !== output.bytes.length) {
      throw new ModelError('bad-data', 'The model reads a variable that nothing of this size was assigned to.');
    }
    output.bytes.set(bytes);
  };
}

/** Memory is given when prepared, filled with the zero point of the first value assigned (0 if not quantized). */
function prepareAssign(context: KernelContext<Variable>): Run {
  const handle = handleOf(context);
  const value = context.input(1);
  context.resources.allocate(handle.numbers[0]!, value.bytes.length, value.zeroPoint);
  return () => {
    const bytes = context.resources.bytesOf(handle.numbers[0]!);
    if (bytes?.length !== value.bytes.length) {
      throw new ModelError('bad-data', 'The model assigns a value to a variable of another size.');
    }
    bytes.set(value.bytes);
  };
}

export const controlKernels: KernelTable = {
  If: prepareIf,
  While: prepareWhile,
  CallOnce: prepareCallOnce,
  VarHandle: prepareHandle,
  ReadVariable: prepareRead,
  AssignVariable: prepareAssign,
};
