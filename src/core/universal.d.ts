/**
 * The few globals that every JavaScript host has (Node, browsers, web workers) and that core may use. Core is compiled
 * with `types: []` and without the DOM library, so anything else (files, timers, network, Buffer) does not type-check
 * here and must come in through a port. The shapes agree with the DOM's and Node's own declarations.
 */

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(input?: ArrayBuffer | ArrayBufferView, options?: { readonly stream?: boolean }): string;
}

declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { readonly read: number; readonly written: number };
}

declare const performance: {
  /** Milliseconds since an arbitrary start, with fractions. */
  now(): number;
};

declare function structuredClone<T>(value: T): T;

declare namespace WebAssembly {
  class Module {
    constructor(bytes: ArrayBuffer | ArrayBufferView);
  }

  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }

  class Memory {
    /** In pages of 64 KiB. */
    constructor(limits: { readonly initial: number; readonly maximum?: number });
    /** Replaced whenever the memory grows: take views anew after a call that may have grown it. */
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }

  type Imports = Record<string, Record<string, ImportValue>>;
  type ImportValue = ((...args: never[]) => unknown) | Memory | number;
  type Exports = Record<string, unknown>;

  function validate(bytes: ArrayBuffer | ArrayBufferView): boolean;
}
