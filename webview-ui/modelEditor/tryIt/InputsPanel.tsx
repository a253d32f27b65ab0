import type { PixelScale } from '../../../src/core/datasets/picture';
import type { RunFormView, RunInputView } from '../../../src/protocol/views';
import { Button, Segments } from '../../shared/controls';
import { CountField } from './CountField';
import type { TryItModel } from './tryItModel';
import { dimsOf, MAX_SEED } from './tryItState';

interface PanelProps {
  readonly tryIt: TryItModel;
  readonly form: RunFormView;
}

const scales: readonly (readonly [PixelScale, string])[] = [
  ['0..1', '0 to 1'],
  ['-1..1', '\u22121 to 1'],
  ['0..255', '0 to 255'],
];

/** What each input is given. */
export function InputsPanel({ tryIt, form }: PanelProps) {
  const { files, seed, signature } = tryIt.settings.value;
  const usesSeed = form.inputs.some(({ name, isState }) => files[name] === undefined && !isState);
  return (
    <section class="try-inputs" aria-label="Inputs">
      <h2>
        Inputs <span class="note">{form.inputs.length}</span>
      </h2>
      {form.signatures.length > 0 ? (
        <select
          class="select"
          aria-label="Signature"
          value={signature ?? ''}
          onChange={({ currentTarget }) => {
            tryIt.change({ signature: currentTarget.value === '' ? null : currentTarget.value });
          }}
        >
          <option value="">Main graph</option>
          {form.signatures.map((key) => (
            <option key={key} value={key}>
              Signature {key}
            </option>
          ))}
        </select>
      ) : null}
      {form.inputs.map((input) => (
        <InputRow key={input.name} tryIt={tryIt} input={input} />
      ))}
      {usesSeed ? (
        <CountField
          label="Random values from seed"
          value={seed}
          low={0}
          high={MAX_SEED}
          onChange={(value) => {
            tryIt.change({ seed: value });
          }}
        />
      ) : null}
      {form.inputs.some(({ takesPictures }) => takesPictures) ? (
        <div class="stack tight">
          <span class="caption">Pictures and bytes become</span>
          <Segments
            label="Values of pixels"
            options={scales}
            value={tryIt.scale}
            onChange={(scale) => {
              tryIt.change({ scale });
            }}
          />
        </div>
      ) : null}
    </section>
  );
}

function InputRow({ tryIt, input }: { readonly tryIt: TryItModel; readonly input: RunInputView }) {
  const file = tryIt.settings.value.files[input.name];
  return (
    <div class="try-input">
      <div class="mono small ellipsis" title={input.name}>
        {input.name}
      </div>
      <div class="caption num">
        {input.dtype} {input.shape}
      </div>
      {input.bindAs === null ? null : <ShapeField tryIt={tryIt} input={input} name={input.bindAs} />}
      <div class="small ellipsis" title={file?.path}>
        {file?.label ?? (input.isState ? 'A state: zeros, then carried over' : 'Random')}
      </div>
      <div class="row">
        <Button onClick={() => void tryIt.chooseFile(input.name)} label={`Choose a file for ${input.name}`}>
          Choose file…
        </Button>
        {file ? (
          <Button
            kind="quiet"
            label={`Drop the file for ${input.name}`}
            onClick={() => {
              tryIt.dropFile(input.name);
            }}
          >
            {input.isState ? 'Zeros' : 'Random'}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

interface ShapeFieldProps {
  readonly tryIt: TryItModel;
  readonly input: RunInputView;
  readonly name: string;
}

/** The dimensions of an input that the file leaves free. */
function ShapeField({ tryIt, input, name }: ShapeFieldProps) {
  return (
    <label class="count-field caption">
      Shape
      <input
        type="text"
        class="num"
        size={14}
        value={input.shape}
        onChange={(event) => {
          const dims = dimsOf(event.currentTarget.value);
          if (dims === null) event.currentTarget.value = input.shape;
          else tryIt.change({ shapes: { ...tryIt.settings.value.shapes, [name]: dims } });
        }}
      />
    </label>
  );
}
