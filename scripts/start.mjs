/** `npm start`: the extension, built and open in VS Code on a demonstration workspace. */
import './prepare.mjs'; // before anything that needs an installed package
const { runDemo } = await import('./demo/demo.mjs');
try {
  await runDemo();
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exitCode = 1;
}
process.exit(); // an installation that Ctrl-C interrupted would go on otherwise
