import { l10n, window, workspace } from 'vscode';
import type { DeviceEntry } from '../views/devicesView';
import type { Workbench } from '../workbench';

const COMMON_BAUD_RATES = [115200, 9600, 230400, 460800, 921600, 1000000];

/** Opens the monitor on a device: the clicked one, else one the user picks or types. */
export async function connectDevice(workbench: Workbench, entry?: DeviceEntry): Promise<void> {
  const address = entry?.address ?? (await askForAddress(workbench));
  if (address === undefined) return;
  const baudRate = address.startsWith('tcp://') ? 115200 : await askForBaudRate(address, workbench);
  if (baudRate === undefined) return;
  workbench.devices.connecting(address);
  await workbench.monitor.show({ address, baudRate, protocol: 'auto' });
}

async function askForAddress(workbench: Workbench): Promise<string | undefined> {
  const entries = await workbench.devices.getChildren();
  if (entries.length === 0) return typeAddress(workbench);
  const items = [
    ...entries.map((entry) => ({ label: entry.label, description: entry.address, address: entry.address })),
    { label: l10n.t('Type a path or address…'), description: '', address: undefined },
  ];
  const picked = await window.showQuickPick(items, { title: l10n.t('Device') });
  if (!picked) return undefined;
  return picked.address ?? typeAddress(workbench);
}

/** Asks for a port that no list shows, and remembers it. */
export async function typeAddress(workbench: Workbench): Promise<string | undefined> {
  const typed = await window.showInputBox({
    title: l10n.t('Path of a serial port, or tcp://host:port'),
    placeHolder: '/dev/ttyACM0, COM3, tcp://127.0.0.1:3333',
    validateInput: (value) => (value.trim() === '' ? l10n.t('A path or an address') : undefined),
  });
  const address = typed?.trim();
  if (address === undefined) return undefined;
  await workbench.devices.remember(address);
  return address;
}

/** The rate used last for this port, the setting, or the user's choice when asked every time. */
async function askForBaudRate(address: string, workbench: Workbench): Promise<number | undefined> {
  const key = `baud.${address}`;
  const configured = workspace.getConfiguration('tinyml.device').get<number>('baudRate', 115200);
  const last = workbench.memory.get<number>(key, configured);
  const rates = [...new Set([last, configured, ...COMMON_BAUD_RATES])];
  const items = rates.map((rate) => ({
    label: rate.toLocaleString('en-US'),
    description: rate === last ? l10n.t('last used') : '',
    rate,
  }));
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Baud rate of {0}', address),
    // The second of two questions: a view that takes the focus must not answer it.
    ignoreFocusOut: true,
  });
  if (picked) await workbench.memory.update(key, picked.rate);
  return picked?.rate;
}
