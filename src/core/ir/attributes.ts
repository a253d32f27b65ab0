import type { DType } from './dtype';

/** An attribute as its file states it, for showing and for writing back. Big arrays are summarised by the views. */
export type AttributeValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | readonly (number | bigint)[]
  | readonly string[]
  | { readonly graph: number }
  /** `value` is the one element of a tensor that has just one. */
  | { readonly tensor: { readonly dtype: DType; readonly shape: readonly number[]; readonly value?: number } }
  | { readonly text: string };

export type Attributes = Readonly<Record<string, AttributeValue>>;
