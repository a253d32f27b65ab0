// What is pictured of the device monitor, and what a user does there.

/**
 * @typedef {object} MonitorScenario
 * @property {string} name
 * @property {string[]} looks
 * @property {object} monitor what fakeMonitorHost reads
 * @property {(page: import('playwright-core').Page) => Promise<void>} [act]
 */

const acm = {
  path: '/dev/ttyACM0',
  label: 'Arduino Nano 33 BLE',
  vendorId: '2341',
  productId: '805a',
  serialNumber: '9F2C',
};
const device = { address: acm.path, baudRate: 115_200, protocol: 'auto' };
const open = { kind: 'open', sinceMs: Date.now() - 848_000 };
const live = { ports: [acm], device, state: open, seconds: 240, live: true, text: null };
const quiet = { ...live, seconds: 0, live: false };

/** @type {readonly MonitorScenario[]} */
export const monitorScenarios = [
  { name: 'monitor', looks: ['dark', 'light', 'contrast', 'dark-narrow'], monitor: live },
  {
    name: 'monitor-hover',
    looks: ['dark'],
    monitor: live,
    act: async (page) => {
      await page.hover('.u-over', { position: { x: 300, y: 60 } });
      await page.keyboard.press('p');
    },
  },
  {
    name: 'monitor-search',
    looks: ['light'],
    monitor: live,
    act: async (page) => {
      await page.getByLabel('Line to send to the board').fill('AT+NOPE');
      await page.keyboard.press('Enter');
      await page.getByLabel('Lines to show').selectOption('all');
      await page.getByLabel('Search the log').fill('at+');
      await page.waitForTimeout(200);
    },
  },
  {
    name: 'monitor-numbers',
    looks: ['dark'],
    monitor: { ...live, seconds: 20, live: false, text: 'temp:21.5, hum:40\ntemp:21.7, hum:41\n' },
  },
  {
    name: 'monitor-tflm-error',
    looks: ['dark'],
    monitor: {
      ...live,
      seconds: 0.03,
      live: false,
      text: "\nboot\nDidn't find op for builtin opcode 'SHAPE' version '1'\nAllocateTensors() failed\n",
    },
  },
  {
    name: 'monitor-waiting',
    looks: ['dark'],
    monitor: { ...live, live: false, state: { kind: 'waiting', sinceMs: Date.now() - 9000 } },
  },
  {
    name: 'monitor-nothing',
    looks: ['dark', 'light'],
    monitor: { ...quiet, ports: [], device: null, state: { kind: 'closed' } },
  },
  { name: 'monitor-plugged', looks: ['dark'], monitor: { ...quiet, device: null, state: { kind: 'closed' } } },
  { name: 'monitor-silent', looks: ['dark'], monitor: quiet },
  {
    name: 'monitor-no-permission',
    looks: ['dark', 'light'],
    monitor: {
      ...quiet,
      state: {
        kind: 'failed',
        reason: 'no-permission',
        message:
          'Your user is not in the group dialout, which may open /dev/ttyACM0. Run the command, then log in again.',
        command: 'sudo usermod -aG dialout $USER',
      },
    },
  },
];
