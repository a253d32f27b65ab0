import type { Dim, Shape } from '../../shape';
import { product } from '../dims';
import { attributeText } from '../sourceAttributes';
import { inputShapes, type OpaqueRules } from './rule';

/** A term of an equation: letters, and `...` for the dimensions that have none. */
type Term = readonly string[];

interface Equation {
  readonly inputs: readonly Term[];
  readonly output: Term;
}

const ELLIPSIS = '...';

function termOf(text: string): Term {
  return text.match(/\.\.\.|[A-Za-z]/g) ?? [];
}

/** Without an output, the letters that stand once, in alphabetical order, after the ellipsis (numpy.einsum). */
function equationOf(text: string): Equation {
  const [left = '', right] = text.replace(/\s/g, '').split('->');
  const inputs = left.split(',').map(termOf);
  if (right !== undefined) return { inputs, output: termOf(right) };
  const all = inputs.flat().filter((label) => label !== ELLIPSIS);
  const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort();
  const hasRest = inputs.some((term) => term.includes(ELLIPSIS));
  return { inputs, output: [...(hasRest ? [ELLIPSIS] : []), ...once] };
}

/** The dimensions of each label, those of the ellipsis as `...0`, `...1` counted from the last. Null: does not fit. */
function labelSizes(equation: Equation, shapes: readonly (Shape | null)[]): ReadonlyMap<string, Dim> | null {
  const sizes = new Map<string, Dim>();
  const learn = (label: string, dim: Dim): void => {
    const known = sizes.get(label);
    // Dimensions of an ellipsis broadcast: 1 gives way.
    if (known === undefined || known === 1 || known === null) sizes.set(label, dim);
  };
  for (const [at, term] of equation.inputs.entries()) {
    const shape = shapes[at];
    if (!shape) return null;
    const rest = shape.length - term.filter((label) => label !== ELLIPSIS).length;
    if (rest < 0 || (rest > 0 && !term.includes(ELLIPSIS))) return null;
    let axis = 0;
    for (const label of term) {
      if (label !== ELLIPSIS) learn(label, shape[axis++]!);
      else for (let back = rest - 1; back >= 0; back -= 1) learn(`${ELLIPSIS}${back}`, shape[axis++]!);
    }
  }
  return sizes;
}

function restLabels(sizes: ReadonlyMap<string, Dim>): readonly string[] {
  return [...sizes.keys()]
    .filter((label) => label.startsWith(ELLIPSIS))
    .sort((a, b) => Number(b.slice(3)) - Number(a.slice(3)));
}

export const einsum: OpaqueRules = {
  Einsum: {
    infer: (context) => {
      const text = attributeText(context.node, 'equation');
      const equation = text === null ? null : equationOf(text);
      const sizes = equation && labelSizes(equation, inputShapes(context));
      if (!equation || !sizes) return [];
      const labels = equation.output.flatMap((label) => (label === ELLIPSIS ? restLabels(sizes) : [label]));
      return [{ shape: labels.map((label) => sizes.get(label) ?? null) }];
    },
    // Two operands meet once for every choice of all their labels; more than two may be multiplied in any order.
    macs: ({ node, inputs }) => {
      const text = attributeText(node, 'equation');
      if (text === null || inputs.length > 2) return null;
      const sizes = labelSizes(equationOf(text), inputs);
      if (!sizes) return null;
      return inputs.length === 1 ? 0 : product([...sizes.values()]);
    },
  },
};
