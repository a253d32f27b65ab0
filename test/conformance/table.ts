export type Verdict = 'equal' | 'refused' | 'wrong';

export interface Row {
  readonly name: string;
  readonly verdict: Verdict;
  /** The reason of a refusal, the difference of a wrong answer. */
  readonly detail: string;
}

/** Prints counts a group, the refusals by reason and every wrong one; returns how many are wrong. */
export function printRows(title: string, rows: readonly Row[]): number {
  const count = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
  console.log(
    `\n${title}: ${rows.length} cases, ${count('equal')} equal, ${count('refused')} refused, ${count('wrong')} wrong`,
  );
  const reasons = new Map<string, string[]>();
  for (const row of rows.filter(({ verdict }) => verdict === 'refused')) {
    const names = reasons.get(row.detail) ?? [];
    names.push(row.name);
    reasons.set(row.detail, names);
  }
  for (const [reason, names] of [...reasons].sort((a, b) => b[1].length - a[1].length)) {
    console.log(
      `  refused ${String(names.length).padStart(4)}  ${reason}  (${names.slice(0, 2).join(', ')}${names.length > 2 ? ', ...' : ''})`,
    );
  }
  for (const row of rows.filter(({ verdict, detail }) => verdict === 'equal' && detail !== '')) {
    console.log(`  equal  ${row.name}: ${row.detail}`);
  }
  for (const row of rows.filter(({ verdict }) => verdict === 'wrong'))
    console.log(`  WRONG  ${row.name}: ${row.detail}`);
  return count('wrong');
}
