import type { Uri } from 'vscode';
import type { ModelOverview } from '../../protocol/views';
import { profileTargetOf } from '../targets/firmwareFile';
import type { Workbench } from '../workbench';
import type { ModelDocument } from './modelDocument';

/** Larger graphs take the inspector long enough to keep another tab waiting: they are laid out when asked for. */
const GRAPH_AHEAD_NODES = 20_000;

type ViewName = 'overview' | 'profile' | 'graph';

/**
 * Asks the inspector for what a page shows first while the page itself still loads. Each answer is handed out once: the
 * host keeps no views.
 */
export class ViewsAhead {
  readonly #workbench: Workbench;
  readonly #document: ModelDocument;
  readonly #answers = new Map<ViewName, Promise<unknown>>();

  constructor(workbench: Workbench, document: ModelDocument) {
    this.#workbench = workbench;
    this.#document = document;
    const overview = this.#overview();
    this.#keep('overview', overview);
    this.#keep('profile', this.#profile(document.uri));
    overview.then(
      ({ inspect }) => {
        if (inspect.nodes <= GRAPH_AHEAD_NODES) this.#keep('graph', this.#graph());
      },
      () => undefined,
    );
  }

  /** The answer that is on its way or there; undefined when it was not asked for or was taken before. */
  take<T>(view: ViewName): Promise<T> | undefined {
    const answer = this.#answers.get(view) as Promise<T> | undefined;
    this.#answers.delete(view);
    return answer;
  }

  /** The model, board or runtime changed: what was asked for speaks of the old one. */
  clear(): void {
    this.#answers.clear();
  }

  #keep(view: ViewName, answer: Promise<unknown>): void {
    answer.catch(() => undefined); // whoever takes it hears of the failure
    this.#answers.set(view, answer);
  }

  async #overview(): Promise<ModelOverview> {
    return this.#workbench.inspector.request('overview', { file: await this.#document.file() });
  }

  async #profile(resource: Uri): Promise<unknown> {
    const file = await this.#document.file();
    return this.#workbench.inspector.request('profile', { file, graph: 0, ...profileTargetOf(resource) });
  }

  async #graph(): Promise<unknown> {
    return this.#workbench.inspector.request('graph', { file: await this.#document.file(), graph: 0 });
  }
}
