import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { inRoot } from '../../scripts/paths.mjs';
import { startSimulatedBoard, whyNoSimulatedBoard } from '../../scripts/simulatedBoard.mjs';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { DeviceMonitor } from './deviceMonitor.mjs';
import { engineProcess } from './engineProcesses.mjs';
import { expectSoon, expectText } from './expectText.mjs';

const bytesPerSecond = 125_000; // 1 Mbit/s
const floodBytes = 500_000;
const noPort = whyNoSimulatedBoard();

describe('the device monitor', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {DeviceMonitor} */ let monitor;

  before(async function () {
    folder = await makeWorkspace();
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    monitor = new DeviceMonitor(w);
  });

  after(async () => {
    await w.close();
    await removeFolder(folder);
  });

  it('says what to do when nothing is plugged in', async () => {
    await w.runCommand('TinyML: Open Device Monitor');
    await expectText(monitor.notice, /No serial port found|plugged in/);
    await w.screenshot('monitor-empty');
  });

  it('shows the simulated board without any port', async () => {
    await w.runCommand('TinyML: Start Simulated Board');
    await showsInferences(monitor);
    await w.screenshot('monitor-simulated');
    await monitor.button('Disconnect').click();
    await expectText(monitor.state, 'not connected');
  });

  it('says why an address cannot be opened', async () => {
    await w.runCommand('TinyML: Connect to Device…');
    await w.quickInput.answer('/dev/no-such-port');
    await w.quickInput.pick('115,200');
    await expectText(monitor.main, /\/dev\/no-such-port/);
    await expectText(monitor.main, /is not there|Not connected/);
    await w.screenshot('monitor-no-port');
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});

describe('the device monitor on a serial port', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;
  /** @type {DeviceMonitor} */ let monitor;
  /** @type {Awaited<ReturnType<typeof startSimulatedBoard>>} */ let board;

  before(async function () {
    if (noPort) {
      console.log(`      skipped: ${noPort}`);
      this.skip();
    }
    board = await startSimulatedBoard();
    folder = await makeWorkspace();
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    monitor = new DeviceMonitor(w);
  });

  after(async () => {
    await w?.close();
    await board?.stop();
    if (folder) await removeFolder(folder);
  });

  it('connects to an address that was typed', async () => {
    await w.showView('TinyML');
    await w.runCommand('TinyML: Add Port or Address…');
    await w.quickInput.answer(board.path);
    await w.treeItem(board.path).click();
    await w.quickInput.pick('115,200');
    await expectText(monitor.state, /connected, \d+ s/);
    await expectText(w.treeItem(board.path), 'connected');
  });

  it('shows class probabilities, signals and latency', async () => {
    await showsInferences(monitor);
    await expectText(monitor.side, /p50\s*\d+/);
    await expectText(monitor.frame.getByRole('combobox', { name: 'What the board speaks' }), 'Auto: Edge Impulse');
    const before = await monitor.plot.screenshot();
    await expectSoon('the plot moves', async () => !before.equals(await monitor.plot.screenshot()));
    await w.screenshot('monitor');
  });

  it('searches the log', async () => {
    await monitor.frame.getByLabel('Search the log').fill('predictions');
    await expectText(monitor.logHead, /\d+ of [\d,]+ lines/);
    await expectSoon('only what was searched', async () => {
      const rows = await monitor.logRows.allInnerTexts();
      return rows.length > 0 && rows.every((row) => /predictions/i.test(row));
    });
    await monitor.frame.getByLabel('Search the log').fill('');
  });

  it('sends a command', async () => {
    await monitor.frame.getByRole('textbox', { name: /command|send/i }).fill('AT+CONFIG?');
    await w.page.keyboard.press('Enter');
    await expectText(monitor.side, 'SIMULATED_BOARD');
  });

  it('goes on by itself after the board was unplugged', async () => {
    await board.unplug();
    await expectText(monitor.state, 'unplugged');
    await expectText(monitor.banner, 'was unplugged');
    await expectText(w.treeItem(board.path), 'unplugged');
    await w.screenshot('monitor-unplugged');
    await board.replug();
    await expectText(monitor.state, /connected, \d+ s/);
    await showsInferences(monitor);
  });

  it('is there again when the window was reloaded', async () => {
    await w.reload();
    await monitor.main.waitFor();
    await w.screenshot('monitor-reloaded');
    if (await monitor.button('Connect').isVisible()) await monitor.button('Connect').click();
    await showsInferences(monitor);
  });

  it('says so when its process is killed, and connects again', async function () {
    process.kill(await engineProcess(this.session, 'device'), 'SIGKILL');
    await expectText(monitor.banner, 'Not connected any more');
    await w.screenshot('monitor-died');
    await monitor.button('Connect again').click();
    await showsInferences(monitor);
  });

  it('loses nothing at 1 Mbit/s', async () => {
    const loud = await startSimulatedBoard({ chatter: false });
    try {
      await monitor.button('Disconnect').click();
      await expectText(monitor.state, 'not connected');
      await w.runCommand('TinyML: Connect to Device…');
      await w.quickInput.pick('Type a path or address…');
      await w.quickInput.answer(loud.path);
      await w.quickInput.pick('115,200');
      await expectText(monitor.state, /connected, \d+ s/);
      await loud.flood(floodBytes, bytesPerSecond);
      await expectText(monitor.logHead, `of ${(await floodLines(floodBytes)).toLocaleString('en-US')} lines`);
      await expectText(monitor.rate, '0 lost');
      await w.screenshot('monitor-flood');
    } finally {
      await loud.stop();
    }
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});

/** @param {DeviceMonitor} monitor */
async function showsInferences(monitor) {
  await expectText(monitor.side, /idle|wave|updown|snake/);
  await expectText(monitor.side, /[1-9]\d*\.\d results\/s/);
  await monitor.plot.waitFor();
}

/** How many lines the board sends when it is asked for that many bytes: its own code says so. @param {number} count */
async function floodLines(count) {
  const { outputFiles } = await build({
    entryPoints: [inRoot('src', 'core', 'device', 'simulated', 'floodLines.ts')],
    bundle: true,
    write: false,
    format: 'esm',
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  const { floodBytes: bytesOf } = await import(`data:text/javascript;base64,${code}`);
  return bytesOf(count).filter((/** @type {number} */ byte) => byte === '\n'.charCodeAt(0)).length;
}
