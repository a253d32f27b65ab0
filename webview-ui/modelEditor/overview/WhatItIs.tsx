import type { TensorPort } from '../../../src/core/answers/inspectAnswer';
import type { ModelOverview } from '../../../src/protocol/views';
import { formatBytes, formatScale, formatInteger } from '../../shared/formatNumber';
import { middleEllipsis } from '../../shared/middleEllipsis';
import { describeFormat } from './describeFormat';

const PORTS_SHOWN = 8;

/** Inputs, outputs, quantization and the file's own words. */
export function WhatItIs({ overview }: { readonly overview: ModelOverview }) {
  const { inspect, signatures, metadata, opsets } = overview;
  return (
    <section class="stack">
      <h2>What it is</h2>
      <dl class="facts">
        <Ports title={inspect.inputs.length > 1 ? 'Inputs' : 'Input'} ports={inspect.inputs} />
        <Ports title={inspect.outputs.length > 1 ? 'Outputs' : 'Output'} ports={inspect.outputs} />
        <dt>Quantization</dt>
        <dd>{inspect.quantization}</dd>
        {overview.quantizeRefusal === null ? null : (
          <>
            <dt>Quantize</dt>
            <dd class="muted">{overview.quantizeRefusal}</dd>
          </>
        )}
        <dt>Format</dt>
        <dd>{describeFormat(inspect)}</dd>
        {inspect.description === '' ? null : (
          <>
            <dt>Description</dt>
            <dd class="clamp">{inspect.description}</dd>
          </>
        )}
        <Opsets opsets={opsets} />
        {signatures.length === 0 ? null : (
          <>
            <dt>Signatures</dt>
            <dd>
              {signatures.map((signature) => (
                <div key={signature.key}>
                  <span class="mono">{signature.key}</span>{' '}
                  <span class="muted">
                    ({signature.inputs.join(', ')}) → {signature.outputs.join(', ')}
                  </span>
                </div>
              ))}
            </dd>
          </>
        )}
        <Metadata entries={metadata} />
      </dl>
    </section>
  );
}

function Ports({ title, ports }: { readonly title: string; readonly ports: readonly TensorPort[] }) {
  if (ports.length === 0) return null;
  return (
    <>
      <dt>{title}</dt>
      <dd>
        {ports.slice(0, PORTS_SHOWN).map((port, index) => (
          <div key={index}>
            {port.name === '' ? (
              <span class="muted">unnamed</span>
            ) : (
              <span class="mono" title={port.name}>
                {middleEllipsis(port.name, 36)}
              </span>
            )}{' '}
            · {port.dtype} · {describeShape(port.shape)}
            {port.quantization === undefined ? null : (
              <div class="muted">
                real = {offsetTerm(port.quantization.zeroPoint)} × {formatScale(port.quantization.scale)}
              </div>
            )}
          </div>
        ))}
        {ports.length > PORTS_SHOWN ? <div class="muted">and {ports.length - PORTS_SHOWN} more</div> : null}
      </dd>
    </>
  );
}

function Opsets({ opsets }: { readonly opsets: Readonly<Record<string, number>> }) {
  const entries = Object.entries(opsets);
  if (entries.length === 0) return null;
  return (
    <>
      <dt>Opsets</dt>
      <dd>{entries.map(([domain, version]) => `${domain === '' ? 'ai.onnx' : domain} ${version}`).join(', ')}</dd>
    </>
  );
}

function Metadata({ entries }: { readonly entries: ModelOverview['metadata'] }) {
  if (entries.length === 0) return null;
  return (
    <>
      <dt>Metadata</dt>
      <dd>
        {entries.slice(0, 20).map((entry) => (
          <div key={entry.name} class="ellipsis" title={entry.text ?? undefined}>
            <span class="mono">{entry.name}</span>{' '}
            <span class="muted">
              {entry.text === null || entry.text === '' ? formatBytes(entry.byteLength) : entry.text}
            </span>
          </div>
        ))}
      </dd>
    </>
  );
}

function describeShape(shape: TensorPort['shape']): string {
  if (shape === null) return 'shape not known';
  if (shape.length === 0) return 'scalar';
  return shape.map((size) => size ?? '?').join('×');
}

/** q less its zero point, as one writes it. */
function offsetTerm(zeroPoint: number): string {
  if (zeroPoint === 0) return 'q';
  return zeroPoint < 0 ? `(q + ${formatInteger(-zeroPoint)})` : `(q − ${formatInteger(zeroPoint)})`;
}
