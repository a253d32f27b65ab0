import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseFlatbufferSchema } from '../fixtures/flatbufferSchema';
import { filesUnder, sharedPath } from '../fixtures/sharedFiles';
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
process.exitCode = wrong > 0 ? 1 : 0;
