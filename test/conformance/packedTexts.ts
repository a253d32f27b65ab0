/** Strings as constants hold them: a count, offsets and the texts (see formats/onnx/decodeTyped.ts). */
export function unpackedTexts(bytes: Uint8Array): readonly string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offset = (index: number): number => view.getInt32(4 * (index + 1), true);
  return Array.from({ length: view.getInt32(0, true) }, (_, index) =>
    new TextDecoder().decode(bytes.subarray(offset(index), offset(index + 1))),
  );
}
