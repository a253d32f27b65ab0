import assert from 'node:assert/strict';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { expectSoon, expectText } from './expectText.mjs';
import { ModelEditor } from './modelEditor.mjs';

/**
 * What the overview has to say of each file; the figures are the fixtures' own.
 * @type {{file: string, summary: string, parameters: string, macs: string, bytes: string, quantization: RegExp}[]}
 */
const models = [
  {
    file: 'conv_float.tflite',
    summary: 'TensorFlow Lite · 4 operators · 10 tensors',
    parameters: '437',
    macs: '2,048',
    bytes: '2,952 B',
    quantization: /^float32$/m,
  },
  {
    file: 'conv_int8.tflite',
    summary: 'TensorFlow Lite · 4 operators · 10 tensors',
    parameters: '437',
    macs: '2,048',
    bytes: '2,120 B',
    quantization: /int8 per-channel, int8 in and out/,
  },
  {
    file: 'conv_hybrid.tflite',
    summary: 'TensorFlow Lite · 4 operators · 10 tensors',
    parameters: '437',
    macs: '2,048',
    bytes: '1,832 B',
    quantization: /hybrid: int8 weights, float activations/,
  },
  {
    file: 'conv_float.onnx',
    summary: 'ONNX · 7 operators · 13 tensors',
    parameters: '173',
    macs: '2,324',
    bytes: '1,189 B',
    quantization: /^float32$/m,
  },
  {
    file: 'conv_qdq.onnx',
    summary: 'ONNX · 5 operators · 12 tensors',
    parameters: '112',
    macs: '3,888',
    bytes: '926 B',
    quantization: /int8 per-channel, float in and out/,
  },
  {
    file: 'branches.onnx',
    summary: '3 graphs',
    parameters: '0',
    macs: '0',
    bytes: '269 B',
    quantization: /^float32$/m,
  },
  {
    file: 'external.onnx',
    summary: 'ONNX · 1 operator',
    parameters: '4',
    macs: '0',
    bytes: '149 B',
    quantization: /^float32$/m,
  },
];

describe('opening a model', () => {
  /** @type {string} */ let folder;
  /** @type {import('./workbench.mjs').Workbench} */ let w;

  before(async function () {
    folder = await makeWorkspace();
    w = await this.session.open(folder);
    await w.activityIcon('TinyML').waitFor();
    await w.openFirstModel('selfie_segmentation.tflite');
  });

  after(async () => {
    await w.close();
    await removeFolder(folder);
  });

  for (const { file, summary, parameters, macs, bytes, quantization } of models) {
    it(`shows what is in ${file}`, async () => {
      await w.openFile(file);
      const editor = new ModelEditor(w);
      await editor.waitForOverview(file);
      await expectText(editor.screen, summary);
      await expectText(editor.stat('Parameters'), parameters);
      await expectText(editor.stat('MACs'), macs);
      await expectText(editor.stat('File'), bytes);
      await expectText(editor.screen, quantization);
      // TFLM runs these .tflite files: their arena is known to the byte. Any other is an estimate, and says so.
      const isExact = ['conv_float.tflite', 'conv_int8.tflite'].includes(file);
      await expectText(editor.stat('Tensor arena'), isExact ? /^Tensor arena\s/ : /estimated|planned/);
    });
  }

  it('says where external weights lie', async () => {
    await expectText(new ModelEditor(w).screen, '1 tensor is in weights.bin (24 bytes).');
  });

  it('goes into the branches of an If', async () => {
    await w.openFile('branches.onnx');
    const editor = new ModelEditor(w);
    await editor.waitForOverview('branches.onnx');
    await editor.tab('Graph').click();
    await editor.findInGraph('If');
    await editor.inspector.getByRole('button', { name: 'Add branch' }).click();
    const shown = editor.frame.getByRole('combobox', { name: 'Graph' });
    await expectSoon('the branch is shown', async () => (await shown.inputValue()) === '1');
    await editor.findInGraph('Add');
    await expectText(editor.inspector, 'Add');
    await w.screenshot('graph-branches');
  });

  it('opens 5,000 nodes and pans over them', async () => {
    await w.openFile('many_nodes.onnx');
    const editor = new ModelEditor(w);
    await editor.waitForOverview('many_nodes.onnx');
    await editor.tab('Graph').click();
    const minimap = editor.frame.locator('.minimap');
    await minimap.waitFor();
    const canvas = editor.frame.locator('.canvas-holder canvas');
    const box = await canvas.boundingBox();
    assert.ok(box);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const before = await canvas.screenshot();
    await w.page.mouse.move(x, y);
    await w.page.mouse.down();
    await w.page.mouse.move(x, y - 300, { steps: 5 });
    await w.page.mouse.up();
    assert.notDeepEqual(await canvas.screenshot(), before, 'the picture does not follow the pointer');
    await editor.findInGraph('v4995');
    await expectText(editor.inspector, '#4994');
    await w.screenshot('graph-5000');
  });

  it('had no uncaught error', () => assert.deepEqual(w.errors, []));
});
