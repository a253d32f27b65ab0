import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseFlatbufferSchema } from '../fixtures/flatbufferSchema';
import { filesUnder, sharedPath } from '../fixtures/sharedFiles';
import { foldedRoundTrip, onnxRoundTrip } from './roundTripOnnx';
import { printRoundTrips } from './roundTripTable';
import { tfliteRoundTrip } from './roundTripTflite';

/** Files read and written, both held against the formats' own definitions: nothing may be lost on the way. */

let wrong = 0;
const models = sharedPath('models');
const schemaPath = sharedPath('schema/tflite/schema.fbs');
if (models !== null && schemaPath !== null) {
  const schema = parseFlatbufferSchema(readFileSync(schemaPath, 'utf8'));
  const files = filesUnder(models, '.tflite');
  wrong += printRoundTrips(
    'TFLite, read and written',
    files.map((file) => tfliteRoundTrip(file, path.relative(models, file), schema)),
  );
}
if (models !== null) {
  const files = filesUnder(models, '.onnx').map((file) => [file, path.relative(models, file)] as const);
  wrong += printRoundTrips(
    'ONNX, read as stored and written',
    files.map(([file, name]) => onnxRoundTrip(file, name)),
  );
  wrong += printRoundTrips(
    'ONNX, read as the editor does, written and read again',
    files.map(([file, name]) => foldedRoundTrip(file, name)),
  );
}
process.exitCode = wrong > 0 ? 1 : 0;
