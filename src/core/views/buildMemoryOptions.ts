import { mainGraph, type Model } from '../ir/model';
import { PLANNERS } from '../memory/planners';
import { offlineOffsets } from '../memory/tflm/offlinePlan';
import { halfSizeOf } from '../memory/whatIf/halfInput';
import { PATCH_GRIDS, patchableLayers } from '../memory/whatIf/patches';
import { NOTHING_CHANGED, planWhatIf, type WhatIf, type WhatIfPlan } from '../memory/whatIf/whatIf';
import { arenaRulesFor, type RuntimeArena } from '../targets/arenaRules';
import type { Board } from '../targets/board';
import type { Runtime } from '../targets/runtime';
import { isTflm } from '../targets/runtimes';
import { buildMemoryView, plannerNames } from './buildMemoryView';
import type {
  ArenaFiguresView,
  MemoryOptionsView,
  MemoryPlanView,
  MemoryQuestion,
  NoPlanView,
  WhatIfId,
  WhatIfRow,
} from './memoryView';

interface MemoryTarget {
  readonly board: Board | null;
  readonly runtime: Runtime;
}

/** The plan that a question asks for, or why there is none. Give it a model whose shapes are inferred. */
export function buildMemoryPlan(
  model: Model,
  { board, runtime }: MemoryTarget,
  { planner, whatIf }: MemoryQuestion,
): MemoryPlanView | NoPlanView {
  const rules = arenaRulesFor(runtime, model.format, board);
  const found = planWhatIf(model, rules, planner, whatIf);
  if ('reason' in found) return found;
  return {
    memory: buildMemoryView(found.model, found.plan, board, { planner, order: found.order }),
    figures: figuresOf(found, rules),
    notes: rowTexts.flatMap((row) => (isChosen(whatIf, row.id) ? [`${row.name}: ${row.rule}`] : [])),
  };
}

function isChosen(whatIf: WhatIf, id: WhatIfId): boolean {
  return id === 'patches' ? whatIf.patches !== null : whatIf[id];
}

/** What planners and changes would give, each alone. */
export function buildMemoryOptions(model: Model, target: MemoryTarget): MemoryOptionsView {
  const rules = arenaRulesFor(target.runtime, model.format, target.board);
  const planners = PLANNERS.flatMap((id) => {
    const found = planWhatIf(model, rules, id);
    if ('reason' in found) return [];
    return [{ id, name: plannerNames[id], planned: found.plan.planned, isTflm: found.tflm !== null }];
  });
  const layers = patchableLayers(model);
  const [greedy, search] = planners;
  const own = planners.find(({ id }) => id === rules.planner);
  return {
    planners: planners.map(({ id, name, planned }) => ({ id, name, planned })),
    planner: rules.planner,
    whatIfs: rowTexts.map((texts) => rowOf(model, rules, texts, own?.planned ?? 0)),
    patches: 'reason' in layers ? null : { layers, grids: PATCH_GRIDS },
    // What the plan is for must be known: scratch of every kernel.
    canOptimize: greedy?.isTflm === true && (search?.planned ?? 0) < greedy.planned,
    outside: outsideArena(model, target.runtime),
  };
}

interface RowTexts {
  readonly id: WhatIfId;
  readonly name: string;
  readonly rule: string;
}

const rowTexts: readonly RowTexts[] = [
  {
    id: 'int8',
    name: 'int8 activations',
    rule: 'float tensors at a quarter of their bytes, as full-integer quantization leaves them; kernels ask as for int8.',
  },
  {
    id: 'halfInput',
    name: 'Half the input size',
    rule: 'half the height and width, every shape computed anew. Accuracy is another question.',
  },
  {
    id: 'inPlace',
    name: 'In-place operators',
    rule:
      'reshapes, elementwise operators and activations write over an operand used for the last time, depthwise ' +
      'convolutions too beside a copy of one padded channel (TinyEngine 47bb283c). TFLM does so for reshapes at most.',
  },
  {
    id: 'patches',
    name: 'Patches at the start',
    rule:
      'the first operators run patch by patch: input and their result whole, patches with their halos between them ' +
      '(MCUNetV2, arXiv:2110.15352, section 3.1). TFLM does not; TinyEngine does.',
  },
  {
    id: 'reorder',
    name: 'Other operator order',
    rule: 'the best order that a bounded search finds; it would have to be written into the file.',
  },
];

/** `own` is what the runtime plans for the model as it is. */
function rowOf(model: Model, rules: RuntimeArena, { id, name, rule }: RowTexts, own: number): WhatIfRow {
  const whatIf: WhatIf = { ...NOTHING_CHANGED, [id]: id === 'patches' ? 'best' : true };
  if (id === 'inPlace' && rules.isTinyEngine) {
    return { id, name, rule, figures: null, reason: 'TinyEngine works in place already.', detail: '' };
  }
  const found = planWhatIf(model, rules, rules.planner, whatIf);
  if ('reason' in found) return { id, name, rule, figures: null, reason: found.reason, detail: '' };
  if (id === 'reorder' && found.plan.planned >= own) {
    return {
      id,
      name,
      rule,
      figures: null,
      reason: 'Less is alive in other orders, but the plan is no lower.',
      detail: '',
    };
  }
  const unpinned = offlineOffsets(model) === null ? [] : ['without the plan in the file'];
  const detail = [detailOf(id, found), ...unpinned].filter((text) => text !== '').join(', ');
  return { id, name, rule, figures: figuresOf(found, rules), reason: null, detail };
}

function detailOf(id: WhatIfId, { model, shared, patches, order }: WhatIfPlan): string {
  switch (id) {
    case 'int8':
      return '';
    case 'halfInput':
      return halfSizeOf(model);
    case 'inPlace':
      return shared.length === 0 ? 'no gain' : `${shared.length} operators`;
    case 'patches': {
      if (patches === null) return '';
      const { layers, grid, extraMacs, totalMacs } = patches;
      const more =
        totalMacs === null || totalMacs === 0 ? '' : `, +${((100 * extraMacs) / totalMacs).toFixed(1)} % MACs`;
      return `#0–#${layers - 1} in ${grid}×${grid}${more}`;
    }
    case 'reorder':
      return `${(order ?? []).filter((node, position) => node !== position).length} operators moved`;
  }
}

function figuresOf({ plan, tflm }: WhatIfPlan, rules: RuntimeArena): ArenaFiguresView {
  const { planned } = plan;
  if (tflm === null) {
    return rules.keepsNothing
      ? { planned, persistent: 0, total: planned, minimum: planned }
      : { planned, persistent: null, total: null, minimum: null };
  }
  return { planned, persistent: tflm.persistent, total: planned + tflm.persistent, minimum: tflm.minimum };
}

/** What TFLM takes of RAM outside its arena. */
function outsideArena(model: Model, runtime: Runtime): MemoryOptionsView['outside'] {
  if (!isTflm(runtime.id) || model.format !== 'tflite') return [];
  const kinds = new Set(model.graphs.flatMap((graph) => graph.nodes.map(({ source }) => source.domain + source.op)));
  return [
    { name: 'MicroInterpreter', note: 'the interpreter object, where the firmware declares it' },
    {
      name: `MicroMutableOpResolver<${kinds.size}>`,
      note: `tables of ${kinds.size} ${kinds.size === 1 ? 'operator' : 'operators'}, in the resolver object`,
    },
    { name: 'Stack', note: 'of the task that runs Invoke: kernels keep arrays and parameters there' },
    ...(mainGraph(model).nodes.length > 0
      ? [{ name: 'Program and model', note: 'in flash, unless copied to RAM' }]
      : []),
  ];
}
