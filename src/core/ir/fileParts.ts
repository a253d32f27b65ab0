/**
 * What a file says beyond the fields of the IR, in its own terms, kept so that its writer can put it back. Only the
 * format that filled it looks inside; a transform passes it on with the object it changes, or leaves it out. A writer
 * ignores a part that no longer agrees with the IR field it once explained.
 */
export type FileParts = Readonly<Record<string, unknown>>;
