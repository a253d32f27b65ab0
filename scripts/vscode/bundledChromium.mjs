import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inRoot, toolsFolder } from '../paths.mjs';
import { runCommand } from '../runCommand.mjs';
import { installOnce } from './installOnce.mjs';

const packageFolder = inRoot('node_modules', '@sparticuz', 'chromium');
const dejavu = inRoot('node_modules', 'dejavu-fonts-ttf', 'ttf');

/**
 * Unpacks the Chromium that @sparticuz/chromium carries, with its own nss and expat: it runs on a machine that has only libc.
 * @returns {Promise<{executablePath: string, env: {LD_LIBRARY_PATH: string, FONTCONFIG_FILE: string}}>}
 */
export async function ensureBundledChromium() {
  const { version } = JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8'));
  const folder = path.join(toolsFolder, `chromium-${version}`);
  await installOnce(folder, async (temporary) => {
    console.log(`Unpacking Chromium ${version} (once) ...`);
    await unpack(temporary);
    await writeFile(path.join(temporary, 'fonts.conf'), fontsConfiguration(folder));
    await mkdir(path.join(temporary, 'font-cache'));
  });
  return {
    executablePath: path.join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: path.join(folder, 'fonts.conf') },
  };
}

/**
 * The package's `inflate` writes into the temporary folder of its process, whose versions it does not check: it runs in a
 * process of its own with a folder of its own.
 * @param {string} folder
 */
async function unpack(folder) {
  const archives = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'];
  const files = archives.map((name) => path.join(packageFolder, 'bin', name));
  const program = `import { inflate } from '@sparticuz/chromium'; await Promise.all(${JSON.stringify(files)}.map((file) => inflate(file)));`;
  await runCommand(process.execPath, ['--input-type=module', '-e', program], {
    cwd: inRoot(),
    env: { ...process.env, TMPDIR: folder },
  });
}

/** The package brings Open Sans alone, without arrows and box drawing: DejaVu fills in. @param {string} folder */
const fontsConfiguration = (folder) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(folder, 'fonts')}</dir>
  <dir>${dejavu}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${path.join(folder, 'font-cache')}</cachedir>
  ${alias('system-ui', 'Open Sans', 'DejaVu Sans')}
  ${alias('sans-serif', 'Open Sans', 'DejaVu Sans')}
  ${alias('serif', 'DejaVu Serif')}
  ${alias('monospace', 'DejaVu Sans Mono')}
</fontconfig>
`;

/** @param {string} family @param {string[]} preferred */
const alias = (family, ...preferred) =>
  `<alias><family>${family}</family><prefer>${preferred.map((name) => `<family>${name}</family>`).join('')}</prefer></alias>`;
