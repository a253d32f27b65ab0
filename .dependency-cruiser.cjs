/**
 * The layers of ARCHITECTURE.md as rules: arrows point down only. `tsc -b` keeps globals apart (no DOM or Node in core);
 * this keeps imports apart.
 */

/** What stands on the intermediate representation alone, and what the next layer up may therefore use. */
const foundation = ['ir', 'ports', 'formats', 'memory', 'execute', 'datasets', 'layout'];

/** Each folder of core, and the folders of core it may import besides its own. */
const coreArrows = {
  ir: [],
  ports: ['ir'],
  formats: ['ir', 'ports'],
  memory: ['ir', 'ports'],
  firmware: ['ir', 'ports'],
  execute: ['ir', 'ports'],
  datasets: ['ir', 'ports'],
  layout: ['ir', 'ports'],
  transforms: foundation,
  targets: [...foundation, 'firmware'],
  deploy: [...foundation, 'targets'],
  device: ['ir', 'ports', 'execute/metrics'],
};

const coreRules = Object.entries(coreArrows).map(([folder, below]) => ({
  name: `core-${folder}-imports-downwards`,
  comment: `core/${folder} may import ${below.map((name) => `core/${name}`).join(', ') || 'nothing else of core'}.`,
  severity: 'error',
  from: { path: `^src/core/${folder}/` },
  to: { path: '^src/core/', pathNot: `^src/core/(${[folder, ...below].join('|')})[/.]` },
}));

/** The rule that files under `from` import of our own code only what is under `allowed`. */
function mayImport(name, from, allowed, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from },
    to: { path: '^(src|webview-ui|test|scripts)/', pathNot: allowed },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing imports and that imports nothing is dead, unless a tool finds it by its name.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.d\\.ts$', '\\.test\\.tsx?$', '^test/', '^scripts/', '^src/assembly/', '\\.json$'],
      },
      to: {},
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      // `vscode` exists in the extension host alone; `tinyml:` modules are made while bundling.
      to: { couldNotResolve: true, pathNot: '^(vscode$|tinyml:)' },
    },
    {
      name: 'core-is-universal',
      comment: 'Core runs in Node, a browser and a worker: what it needs of the world comes in through core/ports.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/|^node_modules/(flatbuffers|fflate|fast-png|jpeg-js|d3-dag)/' },
    },
    {
      name: 'core-folder-has-a-rule',
      comment: 'A new folder of core is given its arrows in coreArrows above.',
      severity: 'error',
      from: {
        path: '^src/core/[^/]+/',
        pathNot: `^src/core/(${[...Object.keys(coreArrows), 'answers', 'views', 'budget'].join('|')})/`,
      },
      to: {},
    },
    ...coreRules,
    {
      name: 'answers-and-views-are-on-top-of-core',
      comment:
        'They gather what the rest of core computes; a view or a budget may hold an answer, not the other way round.',
      severity: 'error',
      from: { path: '^src/core/', pathNot: '^src/core/(answers|views|budget)/' },
      to: { path: '^src/core/(answers|views|budget)/' },
    },
    {
      name: 'answers-know-no-views',
      severity: 'error',
      from: { path: '^src/core/(answers|budget)/' },
      to: { path: '^src/core/views/' },
    },
    {
      name: 'answers-and-views-know-no-budget',
      severity: 'error',
      from: { path: '^src/core/(answers|views)/' },
      to: { path: '^src/core/budget/' },
    },
    mayImport('protocol-imports-core', '^src/protocol/', '^src/(protocol|core)/'),
    {
      name: 'protocol-imports-only-types-of-core',
      comment: 'The protocol is a contract: importing it must not pull core into a webview or the extension host.',
      severity: 'error',
      from: { path: '^src/protocol/' },
      to: { path: '^src/core/', dependencyTypesNot: ['type-only'] },
    },
    mayImport('node-imports-core-and-protocol', '^src/node/', '^src/(node|core|protocol)/'),
    mayImport(
      'extension-imports-core-and-protocol',
      '^src/extension/',
      '^src/(extension|core|protocol)/',
      'Work runs in the engine, which the extension forks by path and talks to through the protocol.',
    ),
    mayImport('cli-imports-all-but-extension', '^src/cli/', '^src/(cli|core|node|protocol)/'),
    mayImport('webview-imports-core-and-protocol', '^webview-ui/', '^webview-ui/|^src/(core|protocol)/'),
    {
      name: 'webview-has-no-node',
      severity: 'error',
      from: { path: '^(webview-ui|src/protocol)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-the-extension-sees-vscode',
      severity: 'error',
      from: { pathNot: '^(src/extension|test/integration)/' },
      to: { path: '^(vscode$|node_modules/@types/vscode/)' },
    },
  ],
  options: {
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^(dist|out)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.d.ts'],
    },
  },
};
