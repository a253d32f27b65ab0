import { readFileSync, statSync } from 'node:fs';
import { DeviceError } from '../../core/ports/deviceTransport';

/** Most Linux distributions give serial ports to this group. */
const USUAL_GROUP = 'dialout';

/** What serialport's message means, and what a person can do. Its errors carry no code, only the system's words. */
export function serialOpenError(address: string, message: string): DeviceError {
  if (/No such file|File not found|cannot find/i.test(message)) {
    return new DeviceError('not-found', `${address} is not there. Plug the board in, or choose another port.`);
  }
  if (/Permission denied/i.test(message)) {
    const group = portGroup(address);
    return new DeviceError(
      'no-permission',
      `Your user is not in the group ${group}, which may open ${address}. Run the command, then log in again.`,
      `sudo usermod -aG ${group} $USER`,
    );
  }
  // Windows says "Access denied" of a port that somebody else has open.
  if (/Cannot lock port|Resource busy|Access (?:is )?denied/i.test(message)) {
    return new DeviceError(
      'busy',
      `${address} is open in another program. Close its serial monitor, then connect again.`,
    );
  }
  if (/Inappropriate ioctl|Not a typewriter|not a (?:tty|character device)/i.test(message)) {
    return new DeviceError(
      'not-a-port',
      `${address} is not a serial port. Choose a port such as /dev/ttyACM0 or COM3.`,
    );
  }
  return new DeviceError('unavailable', `${address} could not be opened: ${message.replace(/^Error:? /, '')}`);
}

/** The native library of this platform is missing or does not load. */
export function serialMissingError(message: string): DeviceError {
  const reason = message.split('\n', 1)[0] ?? '';
  return new DeviceError('unavailable', `Serial ports cannot be used here (${reason}). tcp:// addresses still can.`);
}

/** The name of the group that owns a port. */
function portGroup(address: string): string {
  try {
    const { gid } = statSync(address);
    const entries = readFileSync('/etc/group', 'utf8').split('\n');
    const name = entries.find((entry) => entry.split(':')[2] === String(gid))?.split(':', 1)[0];
    return name === undefined || name === 'root' ? USUAL_GROUP : name;
  } catch {
    return USUAL_GROUP;
  }
}
