import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { packagedExtension } from '../e2e/packagedExtension.mjs';
import { Session } from '../e2e/session.mjs';
import { sharedPath } from '../fixtures/sharedFiles';
import { int8ConvDense } from '../fixtures/tfliteBuilder';
import { benchFolder, residualOnnx, writeLargeOnnx } from './benchModels';
import { median, report } from './figure';
import { openNetron } from './netronPage';
import type { NetronPage } from './netronPage';

/**
 * The packaged extension in a real VS Code: from the editor's page being ready, and from the click in the explorer, to
 * the model's graph being drawn. Every run is a new window, so that the extension host starts, the extension activates
 * and the inspector is forked anew. The Graph tab is clicked as soon as the page has it.
 *
 * The baseline is Netron's page (at 38591e39) from the file being chosen to the graph being drawn, as measured in the
 * same Chromium on 2 cores; with `--netron` it is measured in this run.
 */

const RUNS = 5;
const PATIENCE_MS = 30_000;

interface Case {
  readonly name: string;
  readonly file: string;
  readonly netronMs: number;
}

/** What the scripts below leave in their pages. */
interface Marks {
  /** Of the page's clock, epoch milliseconds; the others count from it. */
  origin: number;
  /** The page's script runs: what Netron's page is before a file is chosen. */
  ready: number;
  asked: number;
  answered: number;
  drawn: number | null;
}
declare global {
  var benchPress: number | undefined;
  var benchMarks: Marks | undefined;
}

/**
 * Runs in every frame before its own scripts. In the window it notes when a button goes down; in the editor's page it
 * listens to what the page tells the host, and clicks the Graph tab in the first frame that has it.
 */
function watchFrame(): void {
  if (window === window.top) {
    const note = (): void => {
      globalThis.benchPress ??= performance.timeOrigin + performance.now();
    };
    window.addEventListener('pointerdown', note, { capture: true });
    return;
  }
  const marks: Marks = { origin: performance.timeOrigin, ready: 0, asked: 0, answered: 0, drawn: null };
  interface Message {
    readonly id?: number;
    readonly method?: string;
    readonly params?: { readonly tab?: string; readonly milliseconds?: number };
  }
  interface Api {
    postMessage(message: Message): void;
  }
  let question: number | undefined;
  const watch = (api: Api): Api => ({
    ...api,
    postMessage: (message) => {
      if (message.method === 'graph') [question, marks.asked] = [message.id, performance.now()];
      if (message.params?.tab === 'graph') marks.drawn = message.params.milliseconds ?? null;
      api.postMessage(message);
    },
  });
  const clickGraph = (): void => {
    const tab = document.getElementById('tab-graph');
    if (tab) tab.click();
    else requestAnimationFrame(clickGraph);
  };
  const start = (): void => {
    marks.ready = performance.now();
    globalThis.benchMarks = marks;
    window.addEventListener('message', ({ data }: MessageEvent<Message | null>) => {
      if (question !== undefined && data?.id === question && data.method === undefined)
        marks.answered = performance.now();
    });
    clickGraph();
  };
  let acquire: (() => Api) | undefined;
  Object.defineProperty(globalThis, 'acquireVsCodeApi', {
    configurable: true,
    get: () =>
      acquire &&
      (() => {
        start();
        return watch(acquire!());
      }),
    set: (value: () => Api) => {
      acquire = value;
    },
  });
}

/** The editor's page, once it has drawn the graph. */
async function drawnMarks(page: Page): Promise<Marks> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    const marks = await Promise.all(page.frames().map(marksOf));
    const done = marks.find((one) => (one?.drawn ?? null) !== null);
    if (done) return done;
    await page.waitForTimeout(20);
  }
  throw new Error(`No graph was drawn within ${PATIENCE_MS / 1000} s.`);
}

/** Frames come and go while an editor opens. */
function marksOf(frame: Frame): Promise<Marks | undefined> {
  return frame.evaluate(() => globalThis.benchMarks).catch(() => undefined);
}

interface Times {
  readonly marks: Marks;
  readonly drawn: number;
  readonly fromClick: number;
}

async function openOnce(session: Session, name: string): Promise<Times> {
  const workbench = await session.open(workspace);
  try {
    await workbench.showView('TinyML');
    await workbench.showView('Explorer');
    await workbench.explorerItem(name).waitFor();
    await workbench.page.evaluate(() => {
      globalThis.benchPress = undefined;
    });
    await workbench.explorerItem(name).dblclick();
    const marks = await drawnMarks(workbench.page);
    const press = await workbench.page.evaluate(() => globalThis.benchPress);
    const drawn = marks.drawn ?? NaN;
    return { marks, drawn, fromClick: marks.origin + drawn - (press ?? NaN) };
  } finally {
    await workbench.close();
  }
}

const workspace = path.join(benchFolder, 'workspace');

function layOutModels(): Case[] {
  rmSync(workspace, { recursive: true, force: true });
  mkdirSync(workspace, { recursive: true });
  const at = (name: string): string => path.join(workspace, name);
  const vww = sharedPath('models/mlperf-tiny/vww_96_int8.tflite');
  if (vww === null) writeFileSync(at('vww.tflite'), int8ConvDense().bytes());
  else copyFileSync(vww, at('vww.tflite'));
  writeLargeOnnx(at('dense300.onnx'), 150, 416);
  writeFileSync(at('residual5000.onnx'), residualOnnx(5000));
  return [
    { name: vww === null ? 'small int8 .tflite' : 'VWW int8', file: at('vww.tflite'), netronMs: 200 },
    { name: '104 MB ONNX, 300 nodes', file: at('dense300.onnx'), netronMs: 390 },
    { name: '5,000-node ONNX', file: at('residual5000.onnx'), netronMs: 1600 },
  ];
}

async function measure(session: Session, netron: NetronPage | null, { name, file, netronMs }: Case): Promise<void> {
  const times: Times[] = [];
  for (let run = 0; run < RUNS; run += 1) times.push(await openOnce(session, path.basename(file)));
  const measured = netron && (await netron.medianMs(file, RUNS));
  const baseline = measured === null ? { name: 'Netron', value: netronMs } : { name: 'Netron here', value: measured };
  const fasterThanNetron = { baseline, target: { atMost: baseline.value } };
  const each = (from: (one: Times) => number): number[] => times.map(from);
  report(
    `page ready to graph drawn, ${name}`,
    each(({ marks, drawn }) => drawn - marks.ready),
    'ms',
    fasterThanNetron,
  );
  report(
    `page's navigation to graph drawn, ${name}`,
    each(({ drawn }) => drawn),
    'ms',
    { baseline },
  );
  report(
    `click to graph drawn, new window, ${name}`,
    each(({ fromClick }) => fromClick),
    'ms',
    { baseline },
  );
  const of = (from: (one: Times) => number): string => median(each(from)).toFixed(0);
  console.log(
    `  medians: navigation ${of(({ fromClick, drawn }) => fromClick - drawn)} ms after the click, then script ${of(({ marks }) => marks.ready)}, ` +
      `graph asked ${of(({ marks }) => marks.asked)}, answered ${of(({ marks }) => marks.answered)}, drawn ${of(({ drawn }) => drawn)} ms`,
  );
}

const cases = layOutModels();
const session = await Session.start(await packagedExtension());
try {
  const netron = process.argv.includes('--netron') ? await openNetron(session.browser) : null;
  addToEveryWindow(session);
  // The very first window fills caches that every later one, and Netron's page, finds warm.
  await openOnce(session, path.basename(cases[0]!.file));
  for (const one of cases) await measure(session, netron, one);
  await netron?.close();
} finally {
  await session.stop();
  rmSync(workspace, { recursive: true, force: true });
}

/** New windows of the session get the script that watches. */
function addToEveryWindow({ browser }: Session): void {
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    await context.addInitScript(watchFrame);
    return context;
  };
}
