// What is rendered and pictured: a model, where it is opened, and what a user does there.

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} [model] path under the models folder; without it a model of `size` operators is made up
 * @property {number} [size]
 * @property {string} [fileName]
 * @property {string | null} [board]
 * @property {string | null} [firmware] what a made-up firmware beside the model is called
 * @property {unknown} [state] what the page had stored before
 * @property {Record<string, {message: string, reason: string, details: string[]}>} [failures]
 * @property {number} [delayMs]
 * @property {string[]} [looks]
 * @property {(page: import('playwright-core').Page) => Promise<void>} [act]
 */

const vww = 'mlperf-tiny/vww_96_int8.tflite';
const all = ['dark', 'light', 'dark-narrow', 'light-narrow'];

/** @param {string} tab @param {number | null} [node] @param {object} [more] */
const at = (tab, node = null, more = {}) => ({ tab, selection: { graph: 0, node, tensor: null }, ...more });

/** @type {readonly Scenario[]} */
export const scenarios = [
  { name: 'overview', model: vww, looks: [...all, 'contrast'] },
  { name: 'overview-float', model: 'mlperf-tiny/vww_96_float.tflite', looks: ['dark', 'light'] },
  { name: 'overview-onnx', model: 'silero-vad/silero_vad_16k_op15.onnx', looks: ['dark'] },
  {
    // Many times larger than the board: the axis of the gauge, and checks with long names.
    name: 'overview-over',
    model: 'tflite-micro/mobilenet_v2_quantized_1x3x224x224.tflite',
    looks: ['dark', 'dark-narrow'],
  },
  { name: 'overview-firmware', model: vww, firmware: 'build/app.elf', looks: ['dark', 'light', 'dark-narrow'] },
  {
    // Larger than every region inside the chip: where else it would fit is said.
    name: 'overview-options',
    model: 'mlperf-tiny/vww_96_float.tflite',
    board: 'disco_f746ng',
    looks: ['dark'],
  },
  { name: 'overview-no-board', model: vww, board: null, looks: ['dark'] },
  { name: 'graph', model: vww, state: at('graph', 2, { overlay: 'macs' }), looks: [...all, 'contrast'] },
  {
    name: 'graph-resnet',
    model: 'mlperf-tiny/pretrainedResnet_quant.tflite',
    state: at('graph', 9, { overlay: 'memory' }),
    looks: ['dark', 'light'],
  },
  {
    name: 'graph-search',
    model: vww,
    state: at('graph'),
    looks: ['dark'],
    act: async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('depthwise');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
    },
  },
  { name: 'graph-5000', size: 5000, state: at('graph'), looks: ['dark'] },
  {
    name: 'graph-5000-fit',
    size: 5000,
    state: at('graph', null, { overlay: 'macs' }),
    looks: ['dark', 'light'],
    act: async (page) => {
      await page.keyboard.press('0');
    },
  },
  { name: 'layers', model: vww, state: at('layers', 2), looks: [...all, 'contrast'] },
  {
    name: 'layers-sorted',
    size: 5000,
    state: at('layers', 2500),
    looks: ['dark'],
    act: async (page) => {
      await page.getByRole('columnheader').getByText('MACs').click();
      await page.waitForTimeout(100);
      const top = await page.locator('.layers-list').evaluate((list) => list.scrollTop);
      if (top !== 0) throw new Error(`sorted, the list stands at ${top}`);
    },
  },
  {
    name: 'layers-100000',
    size: 100_000,
    state: at('layers'),
    looks: ['dark'],
    act: async (page) => {
      await page.click('text=MACs');
      await page.mouse.move(500, 400);
      for (let turn = 0; turn < 20; turn += 1) await page.mouse.wheel(0, 4000);
    },
  },
  { name: 'memory', model: vww, state: at('memory'), looks: [...all, 'contrast'] },
  { name: 'memory-float', model: 'mlperf-tiny/vww_96_float.tflite', state: at('memory'), looks: ['dark', 'light'] },
  {
    name: 'memory-hover',
    model: vww,
    state: at('memory', 5),
    looks: ['dark', 'light'],
    act: async (page) => {
      await page.mouse.move(175, 540);
      await page.waitForTimeout(100);
    },
  },
  {
    // SVDF asks for scratch, and the tail is larger than the plan.
    name: 'memory-scratch',
    model: 'tflite-micro/keyword_scrambled.tflite',
    state: at('memory'),
    looks: ['dark', 'light'],
    act: async (page) => {
      await page.getByRole('radio', { name: 'Kind' }).click();
      await page.locator('.side h2', { hasText: 'Outside the arena' }).waitFor();
    },
  },
  {
    name: 'memory-planner',
    model: vww,
    state: at('memory'),
    looks: ['dark'],
    act: async (page) => {
      await page.getByRole('radio', { name: /^Optimized/ }).click();
      await page.getByText('Planned = lower bound').or(page.locator('.callout.ok')).first().waitFor();
    },
  },
  {
    name: 'memory-limit',
    model: vww,
    state: at('memory'),
    looks: ['dark', 'light'],
    act: async (page) => {
      await page.getByLabel('Limit').fill('70000');
      await page.keyboard.press('Tab');
      await page.locator('.side h2', { hasText: 'Does not fit' }).waitFor();
    },
  },
  {
    name: 'memory-what-if',
    model: 'mlperf-tiny/vww_96_float.tflite',
    state: at('memory'),
    looks: ['dark', 'light'],
    act: async (page) => {
      await page.getByLabel('int8 activations').check();
      await page.getByLabel('Patches at the start').check();
      await page.locator('.what-if .callout', { hasText: 'With all 2' }).waitFor();
      await page.locator('.what-if').scrollIntoViewIfNeeded();
    },
  },
  { name: 'memory-5000', size: 5000, state: at('memory'), looks: ['dark'] },
  {
    // One selection in all tabs: picked by keyboard in the table, followed into the graph and the memory.
    name: 'flow-selection',
    model: vww,
    state: at('overview'),
    looks: ['dark'],
    act: async (page) => {
      await page.keyboard.press('3');
      await page.locator('[role=grid]').focus();
      for (let step = 0; step < 6; step += 1) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('.side h2', { hasText: '#5 of 31' }).waitFor();
      await page.locator('.side h2', { hasText: 'values' }).waitFor();
      await page.locator('canvas[role=application]').focus();
      await page.keyboard.press('ArrowDown');
      await page.locator('.side h2', { hasText: '#6 of 31' }).waitFor();
      await page.keyboard.press('4');
      await page.locator('.side h2', { hasText: 'Operator #6' }).waitFor();
      await page.keyboard.press('p');
      await page.locator('.side h2', { hasText: 'Peak' }).waitFor();
      const stored = await page.evaluate(() => /** @type {any} */ (globalThis).state);
      if (stored.tab !== 'memory' || stored.selection.node !== 2) throw new Error(`stored ${JSON.stringify(stored)}`);
    },
  },
  { name: 'try-it', model: vww, state: at('tryIt'), looks: ['dark'] },
  {
    // Run, pick a tensor, compare with another run, follow the difference into the graph.
    name: 'flow-try-it',
    model: vww,
    state: at('overview'),
    looks: [...all, 'contrast'],
    act: async (page) => {
      await page.keyboard.press('5');
      await page.locator('.run-bar').waitFor();
      await page.keyboard.press('r');
      await page.locator('.run-output', { hasText: '3a5f7f09' }).waitFor();
      await page.getByRole('button', { name: 'Compare with file…' }).click();
      await page.locator('.callout', { hasText: 'First operator that differs: #4' }).waitFor();
      await page.locator('.run-tensors .layer-row', { hasText: 'CONV_2D' }).first().click();
      await page.locator('aside', { hasText: 'Values' }).waitFor();
      const stored = await page.evaluate(() => /** @type {any} */ (globalThis).state);
      if (stored.tab !== 'tryIt' || stored.selection.node === null) throw new Error(`stored ${JSON.stringify(stored)}`);
    },
  },
  {
    name: 'try-it-refused',
    model: 'mlperf-tiny/vww_96_int8.tflite',
    state: at('tryIt'),
    failures: {
      runForm: { message: 'Models run only in a workspace that you trust.', reason: 'untrusted', details: [] },
    },
    looks: ['dark'],
  },
  {
    // "What if there were less room", by keyboard, and the board's own limit again.
    name: 'flow-what-if',
    model: 'mlperf-tiny/vww_96_float.tflite',
    state: at('memory'),
    looks: ['dark'],
    act: async (page) => {
      const handle = page.locator('[role=slider]');
      await handle.focus();
      for (let step = 0; step < 34; step += 1) await page.keyboard.press('ArrowUp');
      await page.locator('.callout', { hasText: 'fits with 2,048 B to spare' }).waitFor();
      await handle.dblclick();
      await page.locator('.callout', { hasText: 'Does not fit RAM by at least 32,768 B' }).waitFor();
    },
  },
  {
    // A retrained file: new numbers, same tab, same selection, same zoom.
    name: 'flow-reload',
    model: vww,
    state: at('graph', 4, { graphView: { x: -100, y: 40, zoom: 0.8 } }),
    looks: ['dark'],
    act: async (page) => {
      await page.evaluate(() => {
        const page = /** @type {any} */ (globalThis);
        page.calls.length = 0;
        page.notify('context', {
          fileName: 'vww_96_int8.tflite',
          board: 'nano33ble',
          runtime: 'tflm',
          generation: 1,
          deletedAtMs: null,
        });
      });
      await page.waitForTimeout(150);
      const [calls, state] = await page.evaluate(() => {
        const page = /** @type {any} */ (globalThis);
        return [page.calls.map((/** @type {any} */ call) => call.method), page.state];
      });
      for (const method of ['graph', 'overview', 'profile', 'node']) {
        if (!calls.includes(method)) throw new Error(`${method} was not asked for again, only ${calls.join(', ')}`);
      }
      if (state.selection.node !== 4 || state.graphView.zoom !== 0.8) throw new Error(JSON.stringify(state));
    },
  },
  { name: 'loading', size: 200, delayMs: 60_000, looks: ['dark'] },
  {
    name: 'error-truncated',
    fileName: 'truncated.tflite',
    failures: {
      overview: {
        message: 'It says that it holds 333,288 B but has 120,000 B. Copy or download it again.',
        reason: 'truncated',
        details: [],
      },
    },
    looks: ['dark', 'light'],
  },
  {
    name: 'error-lfs',
    fileName: 'detector.onnx',
    failures: {
      overview: { message: 'The model itself (4.2 MB) has not been downloaded.', reason: 'lfs-pointer', details: [] },
    },
    looks: ['dark'],
  },
  {
    name: 'stale',
    model: vww,
    looks: ['dark'],
    act: async (page) => {
      await page.evaluate(() => {
        const page = /** @type {any} */ (globalThis);
        page.failures = {
          overview: {
            message: 'It has been started again; other editors go on working.',
            reason: 'engine-died',
            details: [],
          },
        };
        page.notify('context', {
          fileName: 'vww_96_int8.tflite',
          board: 'nano33ble',
          runtime: 'tflm',
          generation: 1,
          deletedAtMs: null,
        });
      });
      await page.waitForTimeout(100);
    },
  },
  {
    name: 'deleted',
    model: vww,
    state: at('memory'),
    looks: ['light'],
    act: async (page) => {
      await page.evaluate(() => {
        const page = /** @type {any} */ (globalThis);
        page.notify('context', {
          fileName: 'vww_96_int8.tflite',
          board: 'nano33ble',
          runtime: 'tflm',
          generation: 0,
          deletedAtMs: Date.now(),
        });
      });
      await page.waitForTimeout(100);
    },
  },
];
