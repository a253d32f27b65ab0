import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import path from 'node:path';
import { inRoot } from '../paths.mjs';
import { drawImages } from './images.mjs';

/** Real models that npm packages ship. */
const models = {
  'face_detection_short_range.tflite': '@mediapipe/face_detection/face_detection_short_range.tflite',
  'face_detection_full_range.tflite': '@mediapipe/face_detection/face_detection_full_range.tflite',
  'selfie_segmentation.tflite': '@mediapipe/selfie_segmentation/selfie_segmentation.tflite',
  'silero_vad_v5.onnx': '@ricky0123/vad-web/dist/silero_vad_v5.onnx',
};

const readme = `# A workspace to try TinyML Workbench in

Everything here is laid out by \`npm start\` when it is missing; what you change or add stays.

1. **Open a model**: click \`models/face_detection_short_range.tflite\`. Its layers, memory over time and checks appear.
2. **Choose your board**: run *TinyML: Choose Board…* (F1) or click it in the status bar. The verdict follows.
3. **Make it smaller**: right-click a model in the explorer, *Quantize to int8…*, and take the \`calibration\` folder as data.
   \`face_detection_short_range.tflite\` takes a few seconds. \`selfie_segmentation.tflite\` is one that plain int8 breaks:
   its report says so, and where.
4. **Prune it**: right-click a model, *Prune…*.
5. **Watch a board**: open the TinyML view in the activity bar and start the simulated board, or plug a real one in.
6. **The other format**: \`models/silero_vad_v5.onnx\` is a voice activity detector with an LSTM.

\`calibration\` holds 24 drawn pictures in two classes. They exercise the tools; for figures that count, use pictures of the
kind your device will see.
`;

/**
 * Lays out the demonstration's files; those already there stay as they are.
 * @param {string} folder
 */
export async function layOutWorkspace(folder) {
  await mkdir(path.join(folder, 'models'), { recursive: true });
  for (const [name, source] of Object.entries(models)) {
    const file = path.join(folder, 'models', name);
    await unlessPresent(copyFile(inRoot('node_modules', source), file, constants.COPYFILE_EXCL));
  }
  for (const image of drawImages()) await writeNew(path.join(folder, 'calibration', image.path), image.bytes);
  await writeNew(path.join(folder, 'README.md'), readme);
}

/** @param {string} file @param {string | Buffer} content */
async function writeNew(file, content) {
  await mkdir(path.dirname(file), { recursive: true });
  await unlessPresent(writeFile(file, content, { flag: 'wx' }));
}

/** @param {Promise<void>} creation */
async function unlessPresent(creation) {
  await creation.catch((/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
