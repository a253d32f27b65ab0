import { ModelError } from '../../ir/errors';
import type { Graph } from '../../ir/graph';
import { bodiesOf } from './ops/mappers';

/** Throws ModelError `cyclic` when a subgraph calls itself, directly or through others: it could never finish. */
export function refuseCallCycles(name: string, graphs: readonly Graph[]): void {
  const calls = graphs.map((graph) => [...new Set(graph.nodes.flatMap((node) => bodiesOf(node.op)))]);
  const callers = graphs.map(() => 0);
  for (const bodies of calls) for (const body of bodies) callers[body] = callers[body]! + 1;
  const ready = graphs.flatMap((_, index) => (callers[index] === 0 ? [index] : []));
  let seen = 0;
  for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
    seen++;
    for (const body of calls[index]!) {
      callers[body] = callers[body]! - 1;
      if (callers[body] === 0) ready.push(body);
    }
  }
  if (seen === graphs.length) return;
  const stuck = callers.findIndex((count) => count > 0);
  throw new ModelError(
    'cyclic',
    `${name} cannot run: its subgraph ${stuck} (${graphs[stuck]?.name ?? ''}) calls itself.`,
  );
}
