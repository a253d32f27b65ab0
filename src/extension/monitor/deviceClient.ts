import { EventEmitter } from 'vscode';
import type { Event } from 'vscode';
import type { Disposable } from '../disposable';
import type { Caller } from '../../protocol/connection';
import type { DeviceBatch, DeviceNotifications, DeviceRequests, DeviceState, PortView } from '../../protocol/device';
import { EngineProcess } from '../engine/engineProcess';
import type { EngineOptions } from '../engine/engineProcess';

/** How often ports are looked for while somebody looks at them: plugging in should show by itself. */
const PORT_POLL_MS = 2000;

/** The device child as the extension sees it. The child starts with the first request and serves every view. */
export class DeviceClient implements Disposable {
  readonly requests: Pick<Caller<DeviceRequests, object>, 'request'>;
  readonly onBatch: Event<DeviceBatch>;
  readonly onState: Event<DeviceState>;
  readonly onPorts: Event<readonly PortView[]>;
  readonly #engine: EngineProcess<DeviceRequests, object, DeviceNotifications>;
  readonly #batch = new EventEmitter<DeviceBatch>();
  readonly #state = new EventEmitter<DeviceState>();
  readonly #ports = new EventEmitter<readonly PortView[]>();
  #known = '';
  #poll: NodeJS.Timeout | undefined;
  #watchers = 0;

  constructor(engine: EngineOptions) {
    this.#engine = new EngineProcess(engine);
    this.requests = this.#engine;
    this.onBatch = this.#batch.event;
    this.onState = this.#state.event;
    this.onPorts = this.#ports.event;
    this.#engine.onNotification('batch', (batch) => this.#batch.fire(batch));
    this.#engine.onNotification('state', (state) => this.#state.fire(state));
    this.#engine.onExit(() => this.#lostChild());
  }

  /** Looks for ports every two seconds until disposed; changes come by `onPorts`. */
  watchPorts(): Disposable {
    this.#watchers += 1;
    if (this.#watchers === 1) this.#pollPorts();
    let watching = true;
    return {
      dispose: () => {
        if (!watching) return;
        watching = false;
        this.#watchers -= 1;
        if (this.#watchers === 0) clearTimeout(this.#poll);
      },
    };
  }

  #pollPorts(): void {
    this.#poll = setTimeout(() => {
      void this.#listPorts().finally(() => {
        if (this.#watchers > 0) this.#pollPorts();
      });
    }, PORT_POLL_MS);
  }

  async #listPorts(): Promise<void> {
    const ports = await this.#engine.request('list', null).catch(() => undefined);
    const known = JSON.stringify(ports);
    if (!ports || known === this.#known) return;
    this.#known = known;
    this.#ports.fire(ports);
  }

  #lostChild(): void {
    this.#state.fire({ kind: 'failed', reason: 'engine-died', message: 'The device process stopped. Connect again.' });
  }

  dispose(): void {
    clearTimeout(this.#poll);
    this.#watchers = 0;
    this.#engine.dispose();
    this.#batch.dispose();
    this.#state.dispose();
    this.#ports.dispose();
  }
}
