/** What VS Code disposes of, as a shape: our own classes are no instances of its `Disposable` class. */
export interface Disposable {
  dispose(): void;
}
