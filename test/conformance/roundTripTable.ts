/** What became of one file that was read and written. */
export interface RoundTripRow {
  readonly name: string;
  readonly verdict: 'identical' | 'same' | 'refused' | 'wrong';
  /** The reason of a refusal, the first difference of a wrong one. */
  readonly detail: string;
}

/** Prints counts, refusals by reason, and wrong ones by the place of their difference; returns how many are wrong. */
export function printRoundTrips(title: string, rows: readonly RoundTripRow[]): number {
  const count = (verdict: RoundTripRow['verdict']): number => rows.filter((row) => row.verdict === verdict).length;
  console.log(
    `\n${title}: ${rows.length} files, ${count('identical')} byte for byte, ${count('same')} with equal contents, ` +
      `${count('refused')} refused, ${count('wrong')} wrong`,
  );
  for (const [reason, names] of groups(rows, 'refused', ({ detail }) => detail)) {
    console.log(
      `  refused ${String(names.length).padStart(4)}  ${reason}  (${names.slice(0, 2).join(', ')}${names.length > 2 ? ', ...' : ''})`,
    );
  }
  for (const [how, names] of groups(rows, 'same', ({ detail }) => detail)) {
    if (how !== '') console.log(`  equal   ${String(names.length).padStart(4)}  ${how}`);
  }
  for (const [place, names] of groups(rows, 'wrong', placeOf)) {
    console.log(`  WRONG   ${String(names.length).padStart(4)}  ${place}`);
    for (const name of names.slice(0, 5)) {
      console.log(`            ${name}: ${rows.find((row) => row.name === name)?.detail ?? ''}`);
    }
  }
  return count('wrong');
}

function placeOf({ detail }: RoundTripRow): string {
  return detail.replace(/\[\d+\]/g, '[]').replace(/:.*/, '');
}

function groups(
  rows: readonly RoundTripRow[],
  verdict: RoundTripRow['verdict'],
  keyOf: (row: RoundTripRow) => string,
): (readonly [string, readonly string[]])[] {
  const byKey = new Map<string, string[]>();
  for (const row of rows.filter((each) => each.verdict === verdict)) {
    const names = byKey.get(keyOf(row)) ?? [];
    names.push(row.name);
    byKey.set(keyOf(row), names);
  }
  return [...byKey].sort((a, b) => b[1].length - a[1].length);
}
