/**
 * Random access to the bytes of a file. Readers never hold a whole file: they ask for ranges. `read` is synchronous
 * because it runs in a child process, and because parsers are plain functions.
 */
export interface ByteSource {
  /** Bytes in the file at this generation. */
  readonly size: number;
  /** Changes when the file does; a model read at one generation never mixes in bytes of another. */
  readonly generation: string;
  /** The name shown in messages. */
  readonly name: string;
  /**
   * Bytes `[offset, offset + length)`, possibly a view that must not be written to. Throws ModelError `truncated` when
   * the range leaves the file, `gone` when the file changed or vanished since it was opened.
   */
  read(offset: number, length: number): Uint8Array;
  /**
   * A file beside this one (ONNX external data), by a relative path that must stay inside the folder. Throws ModelError
   * `outside-folder` or `missing-external-data`.
   */
  sibling(relativePath: string): ByteSource;
}
