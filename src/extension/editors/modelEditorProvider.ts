import { window } from 'vscode';
import type { CustomReadonlyEditorProvider, WebviewPanel, Uri } from 'vscode';
import type { Disposable } from '../disposable';
import type { Workbench } from '../workbench';
import { ModelDocument } from './modelDocument';
import { ModelEditor } from './modelEditor';

export const MODEL_EDITOR = 'tinyml.modelEditor';

/** Opens `.tflite` and `.onnx` files. Read-only: every change to a model is a new file. */
export class ModelEditorProvider implements CustomReadonlyEditorProvider<ModelDocument>, Disposable {
  readonly #workbench: Workbench;
  readonly #registration: Disposable;
  readonly #editors = new Set<ModelEditor>();

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.#registration = window.registerCustomEditorProvider(MODEL_EDITOR, this, {
      supportsMultipleEditorsPerDocument: true,
    });
  }

  openCustomDocument(uri: Uri): ModelDocument {
    return new ModelDocument(uri, this.#workbench.storage);
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
    this.#registration.dispose();
    for (const editor of this.#editors) editor.dispose();
  }
}
