import { useEffect, useMemo, useState } from 'preact/hooks';
import type { EditorSelection } from '../../../src/protocol/modelEditor';
import type { GraphView } from '../../../src/protocol/views';
import { Ramp, Segments } from '../../shared/controls';
import type { EditorModel } from '../editorModel';
import { NoOperators, Skeleton, TabProblem } from '../StatePages';
import { GraphCanvas } from './GraphCanvas';
import { graphGeometry } from './graphGeometry';
import { GraphSearch } from './graphSearch';
import { GraphSearchBox } from './GraphSearchBox';
import { Inspector } from './Inspector';
import { overlayOf, OVERLAY_NAMES, type Overlay } from './overlay';

/** The model as a graph, with an inspector for what is selected. */
export function GraphTab({ model }: { readonly model: EditorModel }) {
  const view = model.graph.value.value;
  const failure = model.graph.failure.value;
  if (failure !== null && view === null) return <TabProblem model={model} failure={failure} />;
  if (view?.labels.length === 0) return <NoOperators model={model} />;
  return (
    <div class="split">
      <div class="split-main">
        {view === null ? <Waiting model={model} /> : <GraphPane model={model} view={view} />}
      </div>
      <Inspector model={model} />
    </div>
  );
}

function Waiting({ model }: { readonly model: EditorModel }) {
  const count = model.overview.value.value?.graphs[model.graphIndex.value]?.nodes ?? 0;
  return (
    <div class="page">
      <Skeleton rows={6} />
      {count > 2000 ? <p class="caption">Laying out {count.toLocaleString('en-US')} operators…</p> : null}
    </div>
  );
}

function GraphPane({ model, view }: { readonly model: EditorModel; readonly view: GraphView }) {
  const geometry = useMemo(() => graphGeometry(view), [view]);
  const search = useMemo(() => new GraphSearch(view), [view]);
  const [found, setFound] = useState<ReadonlySet<number>>(new Set());
  const layers = model.layers.value.value;
  const kind = model.overlay.value;
  const overlay = useMemo(() => (layers === null ? null : overlayOf(layers, kind)), [layers, kind]);
  useEffect(() => {
    setFound(new Set());
  }, [view]);
  const select = (element: number, tensor: number | null, center: boolean): void => {
    const selection = { ...elementSelection(view, element), ...(tensor === null ? {} : { tensor }) };
    if (center) model.reveal('graph', selection);
    else model.select(selection);
  };
  return (
    <>
      <div class="toolbar">
        <GraphPicker model={model} />
        <Segments
          label="Colour operators by"
          options={OVERLAY_NAMES}
          value={kind}
          onChange={(value) => {
            model.overlay.value = value;
          }}
        />
        <OverlayLegend overlay={overlay} />
        <span class="grow" />
        <GraphSearchBox
          search={search}
          onFound={setFound}
          onSelect={(element, tensor) => {
            select(element, tensor, true);
          }}
        />
      </div>
      <GraphCanvas
        key={model.graphIndex.value}
        model={model}
        geometry={geometry}
        overlay={overlay}
        found={found}
        selected={selectedElement(view, model.selection.value)}
        onSelect={(element, center) => {
          select(element, null, center);
        }}
      />
    </>
  );
}

function OverlayLegend({ overlay }: { readonly overlay: Overlay | null }) {
  if (overlay === null || overlay.largest === 0) return null;
  return (
    <span class="wide-only">
      <Ramp low="0" high={overlay.format(overlay.largest)} />
    </span>
  );
}

function GraphPicker({ model }: { readonly model: EditorModel }) {
  const graphs = model.overview.value.value?.graphs ?? [];
  if (graphs.length < 2) return null;
  return (
    <select
      class="select"
      aria-label="Graph"
      value={String(model.graphIndex.value)}
      onChange={(event) => {
        model.selectGraph(Number(event.currentTarget.value));
      }}
    >
      {graphs.map((graph, index) => (
        <option key={index} value={String(index)}>
          {graph.name === '' ? `Graph ${index}` : graph.name} · {graph.nodes}
        </option>
      ))}
    </select>
  );
}

/** What picking an element means for the one selection: an operator, or the tensor of an input or output. */
function elementSelection(view: GraphView, element: number): Partial<EditorSelection> {
  if (element < 0) return { node: null, tensor: null };
  if (element < view.nodeCount) return { node: element, tensor: null };
  for (let edge = 0; 2 * edge + 1 < view.edges.length; edge += 1) {
    if (view.edges[2 * edge] === element || view.edges[2 * edge + 1] === element) {
      return { node: null, tensor: view.edgeTensors[edge] ?? null };
    }
  }
  return { node: null, tensor: null };
}

/** The element that shows a selection: the operator, or the port or producer of the tensor; -1 for none. */
function selectedElement(view: GraphView, selection: EditorSelection): number {
  if (selection.node !== null) return selection.node < view.nodeCount ? selection.node : -1;
  if (selection.tensor === null) return -1;
  const edge = view.edgeTensors.indexOf(selection.tensor);
  if (edge < 0) return view.tensorProducers[selection.tensor] ?? -1;
  const from = view.edges[2 * edge] ?? -1;
  const to = view.edges[2 * edge + 1] ?? -1;
  return to >= view.nodeCount ? to : from;
}
