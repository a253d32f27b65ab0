import { cpSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from '../paths.mjs';
import { targets } from './targets.mjs';

/** What the engine loads at run time instead of bundling; see scripts/build.mjs. */
const natives = ['serialport', 'onnxruntime-node'];

/** Only install scripts use these. */
const installOnly = new Set(['adm-zip', 'global-agent', 'node-addon-api']);

/**
 * What a user's machine never reads: sources, types, documentation, and the second copy of the library that
 * onnxruntime-node carries for macOS (its binding links libonnxruntime.1.dylib).
 */
const unused =
  /(\.(md|map|ts|mts|cts|gyp|h|c|cc|cpp)|\.\d+\.\d+\.\d+\.dylib)$|\/(test|tests|script|\.github|node_modules)$/;

/**
 * Copies the native modules with all they require, pruned to one platform's binaries.
 * @param {string} target a key of `targets`
 * @param {string} destination the node_modules folder to fill
 * @returns {Set<string>} their folders, relative to the root
 */
export function copyNativeModules(target, destination) {
  const keep = keepOnly(target);
  const folders = runtimeClosure();
  for (const folder of folders) {
    cpSync(inRoot(folder), path.join(destination, path.relative('node_modules', folder)), {
      recursive: true,
      filter: (file) => file === inRoot(folder) || (!unused.test(toPosix(file)) && keep(toPosix(file))),
    });
  }
  return folders;
}

/** @param {string} target @returns {(file: string) => boolean} whether a file or folder belongs to the platform */
function keepOnly(target) {
  const { serialport, onnxruntime } = /** @type {typeof targets[string]} */ (targets[target]);
  const rules = [
    { within: '/bindings-cpp/prebuilds/', wanted: [serialport] },
    { within: '/onnxruntime-node/bin/napi-v6/', wanted: onnxruntime ? [onnxruntime] : [] },
  ];
  return (file) =>
    rules.every(({ within, wanted }) => {
      const [, inside] = file.split(within);
      return (
        !inside || wanted.some((folder) => `${inside}/`.startsWith(`${folder}/`) || folder.startsWith(`${inside}/`))
      );
    });
}

/** The folders, relative to the root, of the native modules and everything they require. */
function runtimeClosure() {
  /** @type {Set<string>} */
  const folders = new Set();
  const queue = natives.map((name) => `node_modules/${name}`);
  for (let folder = queue.pop(); folder; folder = queue.pop()) {
    if (folders.has(folder)) continue;
    folders.add(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(inRoot(folder, 'package.json'), 'utf8'));
    const required = Object.keys(dependencies).filter((name) => !installOnly.has(name));
    for (const name of required) queue.push(resolveFrom(folder, name));
  }
  return folders;
}

/** Where Node would find `name` from `folder`. @param {string} folder @param {string} name */
function resolveFrom(folder, name) {
  for (let from = folder; from !== '.'; from = path.posix.dirname(from)) {
    const candidate = `${from}/node_modules/${name}`;
    if (!from.endsWith('node_modules') && existsSync(inRoot(candidate))) return candidate;
  }
  return `node_modules/${name}`;
}

/** @param {string} file */
const toPosix = (file) => file.replaceAll('\\', '/');
