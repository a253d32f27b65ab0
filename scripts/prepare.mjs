#!/usr/bin/env node
// Installs what package-lock.json names, when it has changed since the last time. Costs a few milliseconds otherwise, so
// that every command can begin with it and a fresh clone needs no step of its own. Uses nothing but Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockFile = join(root, 'package-lock.json');
const stampFile = join(root, 'node_modules', '.tinyml-stamp');

/** @param {string} file */
/** @param {string} file */
function readOrNull(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // not installed yet
  }
}

/**
 * Whether `npm install`, run by hand, has already put every locked version in place. npm notes what it installed in
 * node_modules/.package-lock.json, without the optional packages of other platforms.
 * @param {string} lockText
 */
function alreadyInstalled(lockText) {
  const installedText = readOrNull(join(root, 'node_modules', '.package-lock.json'));
  if (installedText === null) return false;
  const installed = JSON.parse(installedText).packages;
  return Object.entries(JSON.parse(lockText).packages).every(([path, locked]) => {
    if (path === '') return true;
    const present = installed[path];
    return present ? present.integrity === locked.integrity : locked.optional === true;
  });
}

function install() {
  console.error('Installing dependencies (npm ci) ...');
  const { status, error } = spawnSync('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    // npm ci writes to stdout; a caller's last line there is its result.
    stdio: ['ignore', 2, 2],
    // onnxruntime-node's install script fetches CUDA libraries; the CPU library is in the package.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`npm ci failed${error ? `: ${error.message}` : ` with exit code ${status}`}.`);
    process.exit(1);
  }
}

const lockText = readFileSync(lockFile, 'utf8');
const stamp = createHash('sha256').update(lockText).digest('hex');

if (readOrNull(stampFile) !== stamp) {
  if (!alreadyInstalled(lockText)) install();
  writeFileSync(stampFile, stamp);
}
