import type { ComponentChildren } from 'preact';
import type { ProfileView } from '../../../src/protocol/views';
import { Button } from '../../shared/controls';
import { formatBinary } from '../../shared/formatNumber';
import { Icon } from '../../shared/Icon';
import type { EditorModel } from '../editorModel';
import { useFileDrop } from '../tryIt/useFileDrop';

/** The fit, on which a built firmware can be dropped. */
export function FirmwareDrop({
  model,
  children,
}: {
  readonly model: EditorModel;
  readonly children: ComponentChildren;
}) {
  const drop = useFileDrop((read) => void read().then((dropped) => model.dropFirmware(dropped)));
  return (
    <section class={drop.isOver ? 'stack fit-section drop-over' : 'stack fit-section'} {...drop.handlers}>
      {children}
    </section>
  );
}

/** Which firmware is counted beside the model, and how to add or remove one. */
export function FirmwareRow({ model, view }: { readonly model: EditorModel; readonly view: ProfileView | null }) {
  const name = model.context.value?.firmware ?? null;
  if (name === null) {
    return (
      <div class="row small firmware-row">
        <Button
          onClick={() => {
            model.act('addFirmware');
          }}
        >
          Add firmware (.elf, .map)…
        </Button>
        <span class="muted">or drop it here: what it takes is shown beside the model</span>
      </div>
    );
  }
  const firmware = view?.profile.firmware ?? null;
  return (
    <div class="row small firmware-row">
      <Icon name="chip" size="small" />
      <span class="bold" title={name}>
        {name.slice(name.lastIndexOf('/') + 1)}
      </span>
      {firmware === null ? null : (
        <span class="muted num">
          {formatBinary(firmware.ram)} RAM, {formatBinary(firmware.flash)} flash without the model
        </span>
      )}
      <span class="grow" />
      <Button
        onClick={() => {
          model.act('addFirmware');
        }}
      >
        Change…
      </Button>
      <Button
        onClick={() => {
          model.act('removeFirmware');
        }}
      >
        Remove
      </Button>
    </div>
  );
}
