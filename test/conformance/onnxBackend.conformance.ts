import { backendModels, openBackendModel, SUITES, type BackendModel } from './onnxBackendCases';
import { OperatorCensus } from './onnxBackendOperators';
import { serveRuns, type RunMode } from './onnxBackendRunner';
import { RunChild, SERVE_OPTION, type RunRow } from './onnxBackendRuns';
import { shapeRow, type ShapeRow } from './onnxBackendShapes';
import { readBytes } from '../fixtures/sharedFiles';

/**
 * ONNX's own backend tests: every model read, its shapes inferred and held against the stored outputs, and run through
 * the product where ONNX Runtime itself gives the stored outputs. `--no-runs` leaves out the last.
 */

interface Group {
  readonly verdict: string;
  readonly detail: string;
}

/** Counts by verdict, then every reason with how many have it. */
function printGroups(title: string, rows: readonly (Group & { readonly name: string })[], passed: string): number {
  const counts = new Map<string, number>();
  const groups = new Map<string, string[]>();
  for (const { name, verdict, detail } of rows) {
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    if (verdict === passed) continue;
    const key = `${verdict}  ${detail}`;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const wrong = counts.get('wrong') ?? 0;
  const told = [...counts].filter(([verdict]) => verdict !== 'wrong').map(([verdict, count]) => `${count} ${verdict}`);
  console.log(`\n${title}: ${rows.length} cases, ${told.join(', ')}, ${wrong} wrong`);
  for (const [reason, names] of [...groups].sort((a, b) => b[1].length - a[1].length)) {
    const some = reason.startsWith('wrong') ? names : names.slice(0, 2);
    console.log(
      `  ${String(names.length).padStart(4)} ${reason}  (${some.join(', ')}${some.length < names.length ? ', ...' : ''})`,
    );
  }
  return wrong;
}

function readerRows(models: readonly BackendModel[], census: OperatorCensus) {
  return models.map((backend) => {
    const opened = openBackendModel(backend.name, readBytes(backend.file));
    const name = `${backend.suite}/${backend.name}`;
    if ('model' in opened) census.add(opened.model);
    if ('refused' in opened) return { name, verdict: 'refused', detail: opened.refused };
    return 'crashed' in opened
      ? { name, verdict: 'wrong', detail: opened.crashed }
      : { name, verdict: 'opened', detail: '' };
  });
}

/** Types that files name by number (TensorProto.DataType) and onnxruntime-node does not hand over. */
const DATA_TYPES: Readonly<Record<string, string>> = {
  '16': 'bfloat16',
  '17': 'float8e4m3fn',
  '18': 'float8e4m3fnuz',
  '19': 'float8e5m2',
  '20': 'float8e5m2fnuz',
  '23': 'float4e2m1',
  '26': 'float8e8m0',
};

/** How ONNX Runtime's words read without names and places, so that they can be counted. */
const REASONS: readonly (readonly [RegExp, (first: string, second: string) => string])[] = [
  [/^Unsupported data type: (\d+)/, (type) => `onnxruntime-node hands over no ${DATA_TYPES[type] ?? `type ${type}`}`],
  [
    /(?:implementation for|find kernel for) (\w+)\((\d+)\)/,
    (op, opset) => `no kernel of ${op} for opset ${opset} or for these types`,
  ],
  [/([\w.:]+)(?:\(-?\d+\))? is not a registered function\/op/, (op) => `no operator ${op}`],
  [/while running (\w+) node/, (op) => `its ${op} fails on the stored inputs`],
  [/during initialization: .*onnxruntime::(\w+)/, (op) => `its ${op} refuses the node's attributes or the locale`],
  [/is missing in 'feeds'/, () => 'no input is stored'],
];

function reasonOf({ verdict, detail }: RunRow): string {
  if (verdict === 'wrong') return 'another answer than the stored one';
  for (const [pattern, tell] of REASONS) {
    const found = pattern.exec(detail);
    if (found) return tell(found[1] ?? '', found[2] ?? '');
  }
  return detail.split('\n')[0]!.slice(0, 160);
}

async function runTables(models: readonly BackendModel[]): Promise<number> {
  const child = new RunChild();
  const rows: Record<RunMode, RunRow[]> = { plain: [], product: [], observed: [] };
  for (const backend of models) {
    const plain = await child.run(backend, 'plain');
    rows.plain.push(plain);
    if (plain.verdict !== 'passed') continue;
    for (const mode of ['product', 'observed'] as const) rows[mode].push(await child.run(backend, mode));
  }
  child.stop();
  const left = rows.plain.map((row) => ({
    ...row,
    verdict: row.verdict === 'passed' ? 'passed' : 'not passed',
    detail: row.verdict === 'passed' ? '' : reasonOf(row),
  }));
  printGroups('onnxruntime-node called on the file (what it does not pass is not compared)', left, 'passed');
  const general = (row: RunRow): RunRow => ({ ...row, detail: row.detail.replace(/put \S+ /, 'put ') });
  return (
    printGroups('Run as `tinyml run` does, against the stored outputs', rows.product.map(general), 'passed') +
    printGroups('Run with every intermediate tensor', rows.observed.map(general), 'passed')
  );
}

/** Results whose size the elements decide, whatever is known of the shapes: the operator's definition says so. */
const DECIDED_BY_DATA =
  /^(NonMaxSuppression|NonZero|Unique|Compress|StringNormalizer|StringSplit|ImageDecoder) \(dimensions\)$/;

function shapeVerdicts(row: ShapeRow): ShapeRow {
  if (row.verdict !== 'unknown' || !DECIDED_BY_DATA.test(row.detail)) return row;
  return { ...row, verdict: 'depends on data', detail: `${row.detail}: by definition` };
}

async function main(): Promise<void> {
  const models = SUITES.flatMap((suite) => backendModels(suite));
  const census = new OperatorCensus();
  let wrong = printGroups('Reader', readerRows(models, census), 'opened');
  const shapes = models.map((backend) => shapeVerdicts(shapeRow(backend)));
  wrong += printGroups('Inferred shapes and types of the outputs', shapes, 'equal');
  wrong += census.print();
  if (!process.argv.includes('--no-runs')) wrong += await runTables(models);
  process.exitCode = wrong > 0 ? 1 : 0;
}

if (process.argv.includes(SERVE_OPTION)) serveRuns();
else await main();
