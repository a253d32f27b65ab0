import type { Node } from '../graph';

/** A number among the file's own attributes of a node; null when it is absent or of another type. */
export function attributeNumber(node: Node, name: string): number | null {
  const value = node.source.attributes[name];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
}

/** A list of numbers among the file's own attributes of a node. */
export function attributeNumbers(node: Node, name: string): readonly number[] | null {
  const value = node.source.attributes[name];
  if (!Array.isArray(value)) return null;
  const numbers: number[] = [];
  for (const item of value as readonly unknown[]) {
    if (typeof item !== 'number' && typeof item !== 'bigint') return null;
    numbers.push(Number(item));
  }
  return numbers;
}

export function attributeText(node: Node, name: string): string | null {
  const value = node.source.attributes[name];
  return typeof value === 'string' ? value : null;
}
