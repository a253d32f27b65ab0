/** A person's view of the before/after report that is on the screen. */
export class TransformReport {
  /** @param {import('./workbench.mjs').Workbench} workbench */
  constructor(workbench) {
    this.frame = workbench.webview();
    this.heading = this.frame.getByRole('heading', { level: 1 });
    this.verdict = this.frame.locator('.callout').first();
    this.page = this.frame.locator('main.report');
  }

  /** A line of the table of figures before and after. @param {string} name */
  change(name) {
    return this.frame.getByRole('row').filter({ has: this.frame.getByRole('cell', { name, exact: true }) });
  }

  /** A button. @param {string} name */
  button(name) {
    return this.frame.getByRole('button', { name });
  }
}
