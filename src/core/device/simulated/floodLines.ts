/** `count` bytes of telemetry, the same every time: what a load test sends and accounts for. Ends with a line end. */
export function floodBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count).fill(10);
  const encoder = new TextEncoder();
  let at = 0;
  for (let index = 0; at < count - 1; index += 1) {
    const value = (1000 * Math.sin(index / 50)).toFixed(3);
    at += encoder.encodeInto(`>load:${value}\n`, bytes.subarray(at, count - 1)).written;
  }
  return bytes;
}
