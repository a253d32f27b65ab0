import { EventEmitter, ThemeIcon, TreeItem, l10n, window } from 'vscode';
import type { Event, Memento, TreeDataProvider, TreeView } from 'vscode';
import type { Disposable } from '../disposable';
import type { DeviceState, PortView } from '../../protocol/device';
import type { DeviceClient } from '../monitor/deviceClient';

const ADDRESSES = 'devices.addresses';

/** A port that was found, or an address that the user typed before. */
export interface DeviceEntry {
  readonly address: string;
  readonly label: string;
  /** Typed by the user: can be forgotten. */
  readonly typed: boolean;
}

/** The Devices list in the side bar: serial ports as they come and go, and addresses typed by hand. */
export class DevicesView implements TreeDataProvider<DeviceEntry>, Disposable {
  readonly onDidChangeTreeData: Event<undefined>;
  readonly #changed = new EventEmitter<undefined>();
  readonly #device: DeviceClient;
  readonly #memory: Memento;
  readonly #tree: TreeView<DeviceEntry>;
  readonly #listeners: Disposable[];
  #state: DeviceState = { kind: 'closed' };
  #connected: string | undefined;
  #watching: Disposable | undefined;

  constructor(device: DeviceClient, memory: Memento) {
    this.#device = device;
    this.#memory = memory;
    this.onDidChangeTreeData = this.#changed.event;
    this.#tree = window.createTreeView('tinyml.devices', { treeDataProvider: this });
    this.#listeners = [
      this.#tree.onDidChangeVisibility(({ visible }) => this.#watch(visible)),
      device.onPorts(() => this.refresh()),
      device.onState((state) => {
        this.#state = state;
        this.refresh();
      }),
    ];
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  /** Remembers an address that no list shows (a PTY, a TCP socket). */
  async remember(address: string): Promise<void> {
    const addresses = this.#typed().filter((known) => known !== address);
    await this.#memory.update(ADDRESSES, [address, ...addresses].slice(0, 10));
    this.refresh();
  }

  async forget(address: string): Promise<void> {
    await this.#memory.update(
      ADDRESSES,
      this.#typed().filter((known) => known !== address),
    );
    this.refresh();
  }

  /** The entry that the next states speak of. */
  connecting(address: string): void {
    this.#connected = address;
    this.refresh();
  }

  #watch(visible: boolean): void {
    this.#watching?.dispose();
    this.#watching = visible ? this.#device.watchPorts() : undefined;
  }

  #typed(): readonly string[] {
    return this.#memory.get<readonly string[]>(ADDRESSES, []);
  }

  async getChildren(entry?: DeviceEntry): Promise<DeviceEntry[]> {
    if (entry) return [];
    this.#watch(this.#tree.visible);
    const ports = await this.#device.requests.request('list', null).catch((): readonly PortView[] => []);
    const found = ports.map((port) => ({ address: port.path, label: port.label || port.path, typed: false }));
    const typed = this.#typed()
      .filter((address) => !found.some((port) => port.address === address))
      .map((address) => ({ address, label: address, typed: true }));
    return [...found, ...typed];
  }

  getTreeItem(entry: DeviceEntry): TreeItem {
    const item = new TreeItem(entry.label);
    item.id = entry.address;
    if (entry.label !== entry.address) item.description = entry.address;
    item.iconPath = new ThemeIcon('plug');
    item.contextValue = entry.typed ? 'typed' : 'found';
    item.command = { command: 'tinyml.connectDevice', title: l10n.t('Connect'), arguments: [entry] };
    item.tooltip = l10n.t('Open {0} in the device monitor', entry.address);
    if (entry.address === this.#connected) this.#describeState(item);
    return item;
  }

  #describeState(item: TreeItem): void {
    if (this.#state.kind === 'open') {
      item.iconPath = new ThemeIcon('pass-filled');
      item.description = l10n.t('connected');
    } else if (this.#state.kind === 'waiting') {
      item.iconPath = new ThemeIcon('debug-disconnect');
      item.description = l10n.t('unplugged, waiting');
    } else if (this.#state.kind === 'failed') {
      item.iconPath = new ThemeIcon('error');
      item.description = this.#state.message;
    }
  }

  dispose(): void {
    this.#watching?.dispose();
    for (const listener of this.#listeners) listener.dispose();
    this.#tree.dispose();
    this.#changed.dispose();
  }
}
