import { EventEmitter } from 'vscode';
import type { Event, Uri } from 'vscode';
import type { RuntimeId } from '../../core/targets/runtime';

/** What a `tinyml.json` says of a model's board and runtime: null where it says nothing. */
export interface GivenTarget {
  readonly board: string | null;
  readonly runtime: RuntimeId | null;
  readonly file: Uri;
}

type Find = (resource: Uri) => GivenTarget | null;

const nothing: Find = () => null;
const changed = new EventEmitter<void>();
let find = nothing;

/** Fires when a `tinyml.json` that gives targets was read, changed or deleted. */
export const onDidChangeGivenTargets: Event<void> = changed.event;

/** What `tinyml.json` files give to a model; they win over the settings. */
export function givenTarget(resource: Uri): GivenTarget | null {
  return find(resource);
}

/** The files were read anew. Nothing is given any more when `answer` is left out. */
export function giveTargets(answer: Find = nothing): void {
  find = answer;
  changed.fire();
}
