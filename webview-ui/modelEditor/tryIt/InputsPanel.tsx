import type { PixelScale } from '../../../src/core/datasets/picture';
import type { RunFormView, RunInputView } from '../../../src/protocol/views';
import { Button, Segments } from '../../shared/controls';
import { formatInteger } from '../../shared/formatNumber';
import { CountField } from './CountField';
import type { TryItModel } from './tryItModel';
import { dimsOf, MAX_SEED, realOf, SOUND_RATES } from './tryItState';
import { useFileDrop } from './useFileDrop';

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
  const { files, constants, seed, signature } = tryIt.settings.value;
  const usesSeed = form.inputs.some(
    ({ name, isState }) => files[name] === undefined && !isState && constants[name] === undefined,
  );
  const hasSound = form.inputs.some(({ name }) => /\.wav$/i.test(files[name]?.path ?? ''));
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
      {hasSound ? <SoundRate tryIt={tryIt} /> : null}
      <p class="caption">Files can be dropped here; those of the Explorer with the Shift key held.</p>
    </section>
  );
}

function InputRow({ tryIt, input }: { readonly tryIt: TryItModel; readonly input: RunInputView }) {
  const file = tryIt.settings.value.files[input.name];
  const drop = useFileDrop((read) => void tryIt.dropFile(input.name, read));
  return (
    <div class={drop.isOver ? 'try-input over' : 'try-input'} {...drop.handlers}>
      <div class="mono small ellipsis" title={input.name}>
        {input.name}
      </div>
      <div class="caption num">
        {input.dtype} {input.shape}
      </div>
      {input.bindAs === null ? null : <ShapeField tryIt={tryIt} input={input} name={input.bindAs} />}
      {file ? (
        <div class="small ellipsis" title={file.path}>
          {file.label}
        </div>
      ) : (
        <MadeUp tryIt={tryIt} input={input} />
      )}
      <div class="row">
        <Button onClick={() => void tryIt.chooseFile(input.name)} label={`Choose a file for ${input.name}`}>
          Choose file…
        </Button>
        {file ? (
          <Button
            kind="quiet"
            label={`Take back the file for ${input.name}`}
            onClick={() => {
              tryIt.removeFile(input.name);
            }}
          >
            Remove
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** What stands in for a file. */
function MadeUp({ tryIt, input }: { readonly tryIt: TryItModel; readonly input: RunInputView }) {
  if (input.isState) return <div class="small">A state: zeros, then carried over</div>;
  const { name } = input;
  const value = tryIt.settings.value.constants[name];
  return (
    <div class="row">
      <Segments<'random' | 'constant'>
        label={`Values of ${name}`}
        options={[
          ['random', 'Random'],
          ['constant', 'Constant'],
        ]}
        value={value === undefined ? 'random' : 'constant'}
        onChange={(fill) => {
          tryIt.fill(name, fill === 'random' ? null : 0);
        }}
      />
      {value === undefined ? null : (
        <input
          type="text"
          class="num constant"
          aria-label={`Constant for ${name}`}
          value={value}
          onChange={(event) => {
            const typed = realOf(event.currentTarget.value);
            if (typed === null) event.currentTarget.value = String(value);
            else tryIt.fill(name, typed);
          }}
        />
      )}
    </div>
  );
}

/** Which rate a model was trained at stands in no model file: a person says it. */
function SoundRate({ tryIt }: { readonly tryIt: TryItModel }) {
  return (
    <label class="stack tight caption">
      Sounds are taken
      <select
        class="select"
        aria-label="Rate of sounds"
        value={tryIt.settings.value.soundRate ?? ''}
        onChange={({ currentTarget }) => {
          tryIt.change({ soundRate: currentTarget.value === '' ? null : Number(currentTarget.value) });
        }}
      >
        <option value="">as recorded</option>
        {SOUND_RATES.map((rate) => (
          <option key={rate} value={rate}>
            at {formatInteger(rate)} Hz
          </option>
        ))}
      </select>
    </label>
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
