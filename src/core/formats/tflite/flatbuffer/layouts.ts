import { maxLayouts } from '../limits';
import type { ByteWindow } from './byteWindow';
import type { AnyRecord, FieldForm, FieldSlot, ScalarType, Table } from './fields';

const widths: Readonly<Record<ScalarType, number>> = {
  bool: 1,
  byte: 1,
  ubyte: 1,
  short: 2,
  ushort: 2,
  int: 4,
  uint: 4,
  float: 4,
  long: 8,
  ulong: 8,
};

export function widthOf(scalar: ScalarType): number {
  return widths[scalar];
}

/** What a layout (vtable) of the file says about tables of one description. */
export interface Layout {
  readonly vtable: number;
  readonly vtableBytes: number;
  readonly tableBytes: number;
  /** The record of a table without any field: defaults, and null for what is absent. */
  readonly blank: AnyRecord;
  readonly present: readonly PresentField[];
  /** Slots in use that the description does not know, with their places. */
  readonly unknown: readonly (readonly [slot: number, offset: number])[];
}

/** A field that tables of a layout have, with its distance from the table's start. */
export interface PresentField {
  readonly name: string;
  readonly field: FieldForm;
  readonly offset: number;
  /** Where a union says which member it holds; 0 for other fields. */
  readonly typeOffset: number;
}

interface Known {
  readonly blank: AnyRecord;
  readonly byVtable: Map<number, Layout>;
}

/** Layouts of one file. Its tables share few of them: each is looked at once, and its absent fields never again. */
export class Layouts {
  readonly #window: ByteWindow;
  readonly #known = new Map<Table, Known>();
  #count = 0;

  constructor(window: ByteWindow) {
    this.#window = window;
  }

  /** The layout of the table at `position`. Throws `corrupt` for one that is none or puts a field outside its table. */
  of(description: Table, position: number): Layout {
    const vtable = position - this.#window.int32(position);
    let known = this.#known.get(description);
    if (known === undefined) {
      known = { blank: blankOf(description), byVtable: new Map() };
      this.#known.set(description, known);
    }
    const layout = known.byVtable.get(vtable);
    if (layout !== undefined) return layout;
    const read = this.#read(description, known.blank, vtable, position);
    // One with unknown fields can be as long as a hostile file likes.
    if (read.unknown.length === 0 && this.#count < maxLayouts) {
      known.byVtable.set(vtable, read);
      this.#count++;
    }
    return read;
  }

  #read(description: Table, blank: AnyRecord, vtable: number, position: number): Layout {
    const window = this.#window;
    const vtableBytes = window.uint16(vtable);
    const tableBytes = window.uint16(vtable + 2);
    if (vtableBytes < 4 || vtableBytes % 2 !== 0 || tableBytes < 4) {
      throw window.corrupt(`its ${description.name} table at byte ${position} has no valid layout`);
    }
    window.require(vtable, vtableBytes);
    /** A slot's distance from the start of its table, 0 when absent. */
    const offsetOf = (slot: number, width: number): number => {
      const entry = 4 + 2 * slot;
      const offset = entry + 2 > vtableBytes ? 0 : window.uint16(vtable + entry);
      if (offset === 0 || (offset >= 4 && offset + width <= tableBytes)) return offset;
      throw window.corrupt(`a field of its ${description.name} table at byte ${position} lies outside it`);
    };
    const present: PresentField[] = [];
    for (const each of description.slots) {
      if (4 + 2 * each.slot >= vtableBytes) break;
      const field = presentField(each, offsetOf);
      if (field) present.push(field);
    }
    const unknown: [number, number][] = [];
    for (let slot = description.slotCount; 4 + 2 * slot < vtableBytes; slot++) {
      const offset = offsetOf(slot, 1);
      if (offset > 0) unknown.push([slot, offset]);
    }
    return { vtable, vtableBytes, tableBytes, blank, present, unknown };
  }
}

function presentField(
  { name, field, slot }: FieldSlot,
  offsetOf: (slot: number, width: number) => number,
): PresentField | null {
  if (field.form === 'union') {
    const typeOffset = offsetOf(slot, 1);
    const offset = offsetOf(slot + 1, 4);
    return typeOffset === 0 || offset === 0 ? null : { name, field, offset, typeOffset };
  }
  const offset = offsetOf(slot, field.form === 'scalar' ? widths[field.scalar] : 4);
  return offset === 0 ? null : { name, field, offset, typeOffset: 0 };
}

function blankOf(description: Table): AnyRecord {
  const blank: Record<string, unknown> = {};
  for (const { name, field } of description.slots) {
    blank[name] = field.form === 'scalar' ? nameOrValue(field.fallback, field) : null;
  }
  return blank;
}

/** A scalar as its field means it: a flag, the name of an enum's value, or the number. */
export function nameOrValue(value: number | bigint, field: FieldForm & { readonly form: 'scalar' }): unknown {
  if (field.scalar === 'bool') return value !== 0;
  return field.names === undefined ? value : (field.names[Number(value)] ?? value);
}
