'use strict';
// Runs a .tflite file in a real TFLite interpreter (the WebAssembly build in @tensorflow/tfjs-tflite) and writes what
// comes out. A process of its own, because some inputs abort or hang the interpreter:
//   node tfliteOracle.cjs MODEL INPUTS OUTPUTS
// INPUTS: for each sample, the bytes of every input one after another. OUTPUTS: the same of the outputs. Prints one
// line of JSON: { inputs, outputs: [{ name, shape, dtype }], samples }.
//   node tfliteOracle.cjs --batch LIST
// LIST: JSON, [[MODEL, INPUTS, OUTPUTS], ...]. Prints such a line, or { error }, for each as soon as it is done.
const fs = require('node:fs');
const path = require('node:path');

const folder = path.join(path.dirname(require.resolve('@tensorflow/tfjs-tflite/package.json')), 'wasm');
const createModule = require(path.join(folder, 'tflite_web_api_cc_simd.js'));

/** What the interpreter printed about the model at hand. */
const said = [];

async function main(args) {
  const module = await createModule({
    wasmBinary: fs.readFileSync(path.join(folder, 'tflite_web_api_cc_simd.wasm')),
    print: () => {},
    printErr: (line) => {
      said.push(line);
      process.stderr.write(`${line}\n`);
    },
  });
  if (args[0] !== '--batch') {
    console.log(JSON.stringify(run(module, args)));
    return;
  }
  for (const files of JSON.parse(fs.readFileSync(args[1], 'utf8'))) {
    fs.writeSync(1, `${JSON.stringify(outcome(module, files))}\n`);
  }
}

function outcome(module, files) {
  said.length = 0;
  try {
    return run(module, files);
  } catch (error) {
    // An abort leaves the interpreter unusable: the caller starts another one.
    if (error instanceof WebAssembly.RuntimeError) throw error;
    return { error: [String(error?.message ?? error), ...said.filter((line) => line.startsWith('ERROR'))].join('; ') };
  }
}

function run(module, [modelPath, inputsPath, outputsPath]) {
  const runner = createRunner(module, fs.readFileSync(modelPath));
  const inputs = list(runner.GetInputs());
  const outputs = list(runner.GetOutputs());
  const given = fs.readFileSync(inputsPath);
  const sampleBytes = inputs.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  const samples = sampleBytes === 0 ? 1 : given.length / sampleBytes;
  if (!Number.isInteger(samples)) throw new Error(`${given.length} bytes are no multiple of ${sampleBytes}`);
  const results = [];
  for (let sample = 0, at = 0; sample < samples; sample++) {
    for (const tensor of inputs) {
      rawBytes(tensor).set(given.subarray(at, at + bytesOf(tensor)));
      at += bytesOf(tensor);
    }
    if (!runner.Infer()) throw new Error('the interpreter failed');
    for (const tensor of list(runner.GetOutputs())) results.push(Buffer.from(rawBytes(tensor)));
  }
  fs.writeFileSync(outputsPath, Buffer.concat(results));
  const answer = { inputs: inputs.map(describe), outputs: outputs.map(describe), samples };
  runner.delete();
  return answer;
}

function createRunner(module, model) {
  const pointer = module._malloc(model.length);
  module.HEAPU8.set(model, pointer);
  // Options are a C++ object whose fields are set by name.
  const options = {
    numThreads: 1,
    enableWebNNDelegate: false,
    webNNDevicePreference: 0,
    enableProfiling: false,
    maxProfilingBufferEntries: 1024,
    wasmModulePath: '',
  };
  const result = module.TFLiteWebModelRunner.CreateFromBufferAndOptions(pointer, model.length, options);
  if (!result.ok()) throw new Error(`cannot load: ${result.errorMessage()}`);
  return result.value();
}

function list(vector) {
  return Array.from({ length: vector.size() }, (_, i) => vector.get(i));
}

function rawBytes(tensor) {
  const view = tensor.data();
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function bytesOf(tensor) {
  return tensor.data().byteLength;
}

function describe(tensor) {
  return {
    name: tensor.name,
    shape: tensor.shape.split(',').filter(Boolean).map(Number),
    dtype: tensor.dataType,
  };
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
