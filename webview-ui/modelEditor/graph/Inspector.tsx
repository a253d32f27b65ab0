import type { NodeView, TensorView } from '../../../src/protocol/views';
import {
  binaryQuantity,
  formatInteger,
  formatPercent,
  formatScale,
  NOT_APPLICABLE,
  type Quantity,
} from '../../shared/formatNumber';
import { Icon } from '../../shared/Icon';
import { middleEllipsis } from '../../shared/middleEllipsis';
import type { EditorModel } from '../editorModel';
import { Skeleton } from '../StatePages';
import { WeightsSection } from './WeightsSection';

/** What is known of the selected operator or tensor. */
export function Inspector({ model }: { readonly model: EditorModel }) {
  const { node, tensor } = model.selection.value;
  if (node === null && tensor === null) return null;
  return (
    <aside class="side" aria-label="Inspector">
      {node === null ? <TensorPanel model={model} tensor={tensor ?? -1} /> : <NodePanel model={model} node={node} />}
    </aside>
  );
}

function CloseButton({ model }: { readonly model: EditorModel }) {
  return (
    <button
      type="button"
      class="button quiet muted"
      aria-label="Close the inspector"
      onClick={() => {
        model.select({ node: null, tensor: null });
      }}
    >
      <Icon name="close" />
    </button>
  );
}

function NodePanel({ model, node }: { readonly model: EditorModel; readonly node: number }) {
  const view = model.node.value.value;
  const failure = model.node.failure.value;
  if (view?.id === node) {
    return (
      <>
        <NodeTitle model={model} node={node} label={view.op} version={view.version} />
        {view.name === '' ? null : (
          <div class="mono muted small" title={view.name}>
            {middleEllipsis(view.name, 48)}
          </div>
        )}
        {view.domain === '' ? null : <div class="caption">{view.domain}</div>}
        <NodeDetails model={model} view={view} />
      </>
    );
  }
  const label = model.graph.value.value?.labels[node] ?? 'Operator';
  return (
    <>
      <NodeTitle model={model} node={node} label={label} version={0} />
      {failure === null ? <Skeleton rows={8} /> : <p class="muted small">{failure.message}</p>}
    </>
  );
}

interface NodeTitleProps {
  readonly model: EditorModel;
  readonly node: number;
  readonly label: string;
  readonly version: number;
}

function NodeTitle({ model, node, label, version }: NodeTitleProps) {
  const count = model.graph.value.value?.nodeCount;
  return (
    <div class="row">
      <h2>
        {label}
        <span class="note">
          #{node}
          {count === undefined ? '' : ` of ${formatInteger(count)}`}
          {version > 0 ? `, version ${version}` : ''}
        </span>
      </h2>
      <span class="grow" />
      <CloseButton model={model} />
    </div>
  );
}

function NodeDetails({ model, view }: { readonly model: EditorModel; readonly view: NodeView }) {
  const macs = view.macs === null ? null : { value: formatInteger(view.macs), unit: '' };
  const share = view.macsShare === null ? null : { value: formatPercent(view.macsShare), unit: '' };
  return (
    <>
      <div class="metrics">
        <Metric caption="MACs" quantity={macs} />
        <Metric caption="Share" quantity={share} />
        <Metric caption="Weights" quantity={binaryQuantity(view.weightBytes)} />
      </div>
      <TensorsTable model={model} view={view} />
      {view.weightsTensor === null ? null : <WeightsSection model={model} />}
      {view.attributes.length === 0 ? null : (
        <section class="stack tight">
          <h2>Attributes</h2>
          <dl class="facts">
            {view.attributes.map(([name, value]) => (
              <>
                <dt>{name}</dt>
                <dd class="break">{value}</dd>
              </>
            ))}
          </dl>
        </section>
      )}
      <Bodies model={model} view={view} />
    </>
  );
}

function Metric({ caption, quantity }: { readonly caption: string; readonly quantity: Quantity | null }) {
  return (
    <div>
      <span class="caption">{caption}</span>
      {quantity === null ? (
        <span class="muted">not computed</span>
      ) : (
        <b class="num strong">
          {quantity.value}
          {quantity.unit === '' ? null : <span class="unit">{quantity.unit}</span>}
        </b>
      )}
    </div>
  );
}

function TensorsTable({ model, view }: { readonly model: EditorModel; readonly view: NodeView }) {
  const tensors = [...view.inputs, ...view.outputs];
  const quantized = tensors.some((tensor) => tensor.quantization !== null);
  return (
    <section class="stack tight">
      <h2>{quantized ? 'Tensors and quantization' : 'Tensors'}</h2>
      <table class="tensors">
        <thead>
          <tr>
            <th />
            <th>Type and shape</th>
            {quantized ? <th class="num">Scale</th> : null}
            {quantized ? <th class="num">Zero</th> : <th class="num">Bytes</th>}
          </tr>
        </thead>
        <tbody>
          {tensors.map((tensor, index) => (
            <TensorRow key={index} tensor={tensor} quantized={quantized} model={model} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface TensorRowProps {
  readonly model: EditorModel;
  readonly tensor: TensorView;
  readonly quantized: boolean;
}

function TensorRow({ model, tensor, quantized }: TensorRowProps) {
  const isSelected = model.selection.value.tensor === tensor.id;
  const { quantization } = tensor;
  const size = tensor.bytes === null ? 'size not known' : `${formatInteger(tensor.bytes)} B`;
  return (
    <tr class={isSelected ? 'selected' : ''} title={`${tensor.name}\n${size}`}>
      <td>
        <button
          type="button"
          class="link-button"
          onClick={() => {
            model.select({ tensor: tensor.id });
          }}
        >
          {tensor.role}
        </button>
      </td>
      <td>
        {tensor.dtype} {tensor.shape}
      </td>
      {quantized ? (
        <td class="num" title={scaleRange(tensor)}>
          {scaleText(tensor)}
        </td>
      ) : null}
      <td class="num">
        {quantized
          ? quantization === null
            ? NOT_APPLICABLE
            : formatInteger(quantization.zeroPoint)
          : tensor.bytes === null
            ? 'not known'
            : formatInteger(tensor.bytes)}
      </td>
    </tr>
  );
}

function scaleText({ quantization }: TensorView): string {
  if (quantization === null) return NOT_APPLICABLE;
  return quantization.scaleCount > 1
    ? `${formatInteger(quantization.scaleCount)} scales`
    : formatScale(quantization.scale);
}

function scaleRange({ quantization }: TensorView): string {
  if (quantization === null || quantization.scaleCount < 2) return '';
  return `${formatScale(quantization.minScale)} to ${formatScale(quantization.maxScale)}`;
}

function Bodies({ model, view }: { readonly model: EditorModel; readonly view: NodeView }) {
  if (view.bodies.length === 0) return null;
  const graphs = model.overview.value.value?.graphs ?? [];
  return (
    <section class="stack tight">
      <h2>Bodies</h2>
      {view.bodies.map((body) => (
        <button
          key={body}
          type="button"
          class="link-button"
          onClick={() => {
            model.selectGraph(body);
          }}
        >
          {graphs[body]?.name ?? `Graph ${body}`}
        </button>
      ))}
    </section>
  );
}

/** An input or output of the graph, which no operator's view describes. */
function TensorPanel({ model, tensor }: { readonly model: EditorModel; readonly tensor: number }) {
  const graph = model.graph.value.value;
  if (graph === null) return <Skeleton rows={3} />;
  const name = graph.tensorNames[tensor] ?? '';
  const port = graph.labels.findIndex((label, element) => element >= graph.nodeCount && label === name);
  const producer = graph.tensorProducers[tensor] ?? -1;
  return (
    <>
      <div>
        <div class="row">
          <h2>{port >= 0 ? `Graph ${graph.kinds[port] ?? 'tensor'}` : 'Tensor'}</h2>
          <span class="grow" />
          <CloseButton model={model} />
        </div>
        <div class="mono muted small break">{name}</div>
      </div>
      {port >= 0 ? <div class="small">{graph.details[port]}</div> : null}
      {producer < 0 ? null : (
        <button
          type="button"
          class="link-button"
          onClick={() => {
            model.reveal('graph', { node: producer, tensor });
          }}
        >
          Output of #{producer} {graph.labels[producer]}
        </button>
      )}
    </>
  );
}
