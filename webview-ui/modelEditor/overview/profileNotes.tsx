/** True when a dotted key, or the group it is in, is listed as an estimate. */
export function isEstimated(answer: { readonly estimated: readonly string[] }, key: string): boolean {
  return answer.estimated.some((listed) => listed === key || key.startsWith(`${listed}.`));
}

/** Why figures are missing, and other sentences of the engine. */
export function Notes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <ul class="notes caption">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
