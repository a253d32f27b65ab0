/** What TFLM itself logs (micro_log, recording_micro_allocator.cc, micro_profiler.cc, greedy_memory_planner.cc). */

const ARENA_TOTAL = /^\[RecordingMicroAllocator\] Arena allocation total (\d+) bytes$/;
const OP_TICKS = /^.+ took \d+ ticks \(\d+ ms\)\.?$/;

const errors: readonly RegExp[] = [
  /^Failed to (?:resize buffer|allocate (?:tail|temp) memory)\. Requested: \d+, available:? \d+, missing: \d+$/,
  /^Arena size is too small for all buffers\. Needed \d+ but only \d+ was available\.$/,
  /^Didn't find op for builtin opcode '/,
  /^Failed to get registration from op code /,
  /^Node \S+ \(number \d+\) failed to (?:prepare|invoke) with status -?\d+$/,
  /^(?:AllocateTensors|Invoke)\(\) failed/,
  /^Hybrid models are not supported on TFLite Micro\.$/,
  /^Couldn't register custom op /,
];

const ERROR_START = /^[FADNHIC]/;

/** A failure that TFLM reports; shown as one whatever else a stream speaks. */
export function isTflmError(text: string): boolean {
  return ERROR_START.test(text) && errors.some((pattern) => pattern.test(text));
}

/** Arena bytes in use as measured on the board, or null. */
export function readArenaTotal(text: string): number | null {
  const match = ARENA_TOTAL.exec(text);
  return match ? Number(match[1]) : null;
}

/** A line of the profiler or of the recording allocator. */
export function isTflmReport(text: string): boolean {
  return text.startsWith('[RecordingMicroAllocator] ') || OP_TICKS.test(text);
}
