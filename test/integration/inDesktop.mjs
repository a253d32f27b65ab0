import { desktopArguments, desktopEnvironment } from '../../scripts/vscode/desktop.mjs';
import { startGuarded } from '../../scripts/guardedProcess.mjs';

/**
 * Runs suites in the extension host of a desktop VS Code. Resolves when it has closed.
 * @param {string} executable
 * @param {import('./run.mjs').HostRun} run
 */
export async function runInDesktop(executable, { extension, suites, workspace, profile, environment, signal }) {
  const args = [
    workspace,
    ...desktopArguments(profile),
    ...['--no-sandbox', '--disable-gpu-sandbox'], // as root, and in containers
    `--extensionDevelopmentPath=${extension}`,
    `--extensionTestsPath=${suites}`,
  ];
  const desktop = startGuarded(executable, args, { env: { ...desktopEnvironment(), ...environment } });
  signal.addEventListener('abort', () => void desktop.stop());
  await desktop.exited;
  signal.throwIfAborted();
}
