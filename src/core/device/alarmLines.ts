// What runtimes and operating systems of microcontrollers print when something broke: Zephyr and Mbed faults, ESP-IDF's
// panic handler and error log level, newlib's assert.
const ALARM =
  /^(?:ERR(?:OR)?:|E \(\d+\) |Guru Meditation Error|\*+ ?(?:HARD|BUS|USAGE|MEMMANAGE|MPU) FAULT|Hard ?Fault|\+\+ MbedOS Fault|abort\(\) was called|assert(?:ion)? |Assertion |Stack overflow|panic)/i;

const MAX_LINE_CHARS = 1024;

/** A line that tells of a failure in any firmware, whatever protocol it speaks. */
export function isAlarm(text: string): boolean {
  return text.length <= MAX_LINE_CHARS && ALARM.test(text);
}
