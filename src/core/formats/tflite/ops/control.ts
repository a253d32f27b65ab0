import type { Control, Variable } from '../../../ir/ops/control';
import type { MapperTable, OperatorMapper, OperatorView } from './mapper';
import { numberOf } from './mapper';

function control(kind: Control['kind'], ...bodies: readonly string[]): OperatorMapper {
  return (operator) => ({ kind, bodies: bodies.map((name) => numberOf(operator, name)) });
}

function textOf(operator: OperatorView, name: string): string {
  const value = operator.attributes[name];
  return typeof value === 'string' ? value : '';
}

/** Only VAR_HANDLE names the resource; readers and writers get it by their first operand. */
function variable(kind: Variable['kind']): OperatorMapper {
  return (operator) => ({
    kind,
    resource: [textOf(operator, 'container'), textOf(operator, 'shared_name')].filter((part) => part !== '').join('/'),
  });
}

/** An operator outside the vocabulary that refers to other graphs by these attributes. */
function opaque(...bodies: readonly string[]): OperatorMapper {
  return (operator) => ({ kind: 'Opaque', bodies: bodies.map((name) => numberOf(operator, name)) });
}

function branches(name: string): OperatorMapper {
  return (operator) => {
    const value = operator.attributes[name];
    return { kind: 'Opaque', bodies: Array.isArray(value) ? value.map(Number) : [] };
  };
}

export const controlMappers: MapperTable = {
  IF: control('If', 'then_subgraph_index', 'else_subgraph_index'),
  WHILE: control('While', 'cond_subgraph_index', 'body_subgraph_index'),
  CALL: control('Call', 'subgraph'),
  CALL_ONCE: control('CallOnce', 'init_subgraph_index'),
  VAR_HANDLE: variable('VarHandle'),
  READ_VARIABLE: variable('ReadVariable'),
  ASSIGN_VARIABLE: variable('AssignVariable'),
  QUANTIZE: () => ({ kind: 'Quantize' }),
  DEQUANTIZE: () => ({ kind: 'Dequantize' }),
  STABLEHLO_WHILE: opaque('cond_subgraph_index', 'body_subgraph_index'),
  STABLEHLO_REDUCE: opaque('body_subgraph_index'),
  STABLEHLO_REDUCE_WINDOW: opaque('body_subgraph_index'),
  STABLEHLO_SORT: opaque('comparator_subgraph_index'),
  STABLEHLO_SCATTER: opaque('update_computation_subgraph_index'),
  STABLEHLO_COMPOSITE: opaque('decomposition_subgraph_index'),
  STABLEHLO_CUSTOM_CALL: branches('called_computations'),
  STABLEHLO_CASE: branches('branch_subgraph_indices'),
};
