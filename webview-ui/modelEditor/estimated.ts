/** True when a dotted key, or the group it is in, is listed as an estimate. */
export function isEstimated(answer: { readonly estimated: readonly string[] }, key: string): boolean {
  return answer.estimated.some((listed) => listed === key || key.startsWith(`${listed}.`));
}
