/** A person's view of the device monitor that is on the screen. */
export class DeviceMonitor {
  /** @param {import('./workbench.mjs').Workbench} workbench */
  constructor(workbench) {
    this.frame = workbench.webview();
    this.main = this.frame.locator('main.monitor');
    this.state = this.frame.locator('.top-bar .pill');
    this.rate = this.frame.locator('.top-bar .rate');
    this.side = this.frame.locator('.monitor .side');
    this.notice = this.frame.locator('.notice');
    this.banner = this.frame.locator('.callout');
    this.logHead = this.frame.locator('.log-head');
    this.logRows = this.frame.locator('.log-row');
    this.plot = this.frame.locator('.signals canvas').first();
  }

  /** A button. @param {string} name */
  button(name) {
    return this.frame.getByRole('button', { name, exact: true });
  }
}
