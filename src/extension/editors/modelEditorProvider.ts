import { window } from 'vscode';
import type { CustomReadonlyEditorProvider, WebviewPanel, Uri } from 'vscode';
import type { Disposable } from '../disposable';
import type { ModelProblems } from '../problems/modelProblems';
import type { Workbench } from '../workbench';
import { ModelDocument } from './modelDocument';
import { ModelEditor } from './modelEditor';

export const MODEL_EDITOR = 'tinyml.modelEditor';

/** The same editor where other extensions, or the text editor, come first. */
export const MODEL_VIEWER = 'tinyml.modelViewer';

/** Opens `.tflite` and `.onnx` files, and others when asked to. Read-only: every change to a model is a new file. */
export class ModelEditorProvider implements CustomReadonlyEditorProvider<ModelDocument>, Disposable {
  readonly #workbench: Workbench;
  readonly #problems: ModelProblems;
  readonly #registrations: readonly Disposable[];
  readonly #editors = new Set<ModelEditor>();

  constructor(workbench: Workbench, problems: ModelProblems) {
    this.#workbench = workbench;
    this.#problems = problems;
    this.#registrations = [MODEL_EDITOR, MODEL_VIEWER].map((viewType) =>
      window.registerCustomEditorProvider(viewType, this, { supportsMultipleEditorsPerDocument: true }),
    );
  }

  openCustomDocument(uri: Uri): ModelDocument {
    const document = new ModelDocument(uri, this.#workbench.storage);
    document.whileOpen(this.#problems.follow(document));
    return document;
  }

  resolveCustomEditor(document: ModelDocument, panel: WebviewPanel): void {
    const editor = new ModelEditor(this.#workbench, document, panel);
    this.#editors.add(editor);
    panel.onDidDispose(() => {
      this.#editors.delete(editor);
      editor.dispose();
    });
  }

  dispose(): void {
    for (const registration of this.#registrations) registration.dispose();
    for (const editor of this.#editors) editor.dispose();
  }
}
