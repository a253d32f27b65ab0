import type { ModelOverview } from '../../../src/protocol/views';
import { formatBytes, formatInteger } from '../../shared/formatNumber';

/** What a file holds that has weights but no operators. */
export function StoredTensors({ overview }: { readonly overview: ModelOverview }) {
  const { storedTensors, inspect } = overview;
  const more = inspect.tensors - storedTensors.length;
  return (
    <section class="stack">
      <h2>
        Tensors <span class="note">{formatInteger(inspect.tensors)}</span>
      </h2>
      <table>
        <thead>
          <tr>
            <th>Name</th>
            <th>Type</th>
            <th>Shape</th>
            <th class="num">Bytes</th>
          </tr>
        </thead>
        <tbody>
          {storedTensors.map((tensor, index) => (
            <tr key={index}>
              <td class="mono">{tensor.name}</td>
              <td>{tensor.dtype === 'unknown' ? 'of the format' : tensor.dtype}</td>
              <td class="num">{tensor.shape}</td>
              <td class="num">{formatBytes(tensor.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 ? <p class="caption">and {formatInteger(more)} more</p> : null}
    </section>
  );
}
