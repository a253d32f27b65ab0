import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPattern, patternMatcher, patternProblem } from '../../../../src/core/budget/modelPattern';

describe('a pattern for models', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['*.tflite', ['a.tflite', '.tflite'], ['b/a.tflite', 'a.onnx']],
    ['models/*.tflite', ['models/a.tflite'], ['a.tflite', 'models/deep/a.tflite']],
    ['./models/*.tflite', ['models/a.tflite'], ['a.tflite']],
    ['**/*.tflite', ['a.tflite', 'b/a.tflite', 'b/c/a.tflite'], ['a.onnx']],
    ['a/**/z.onnx', ['a/z.onnx', 'a/b/c/z.onnx'], ['z.onnx', 'b/a/z.onnx', 'a/z.onnx/y']],
    ['kws_?.{tflite,onnx}', ['kws_1.tflite', 'kws_2.onnx'], ['kws_10.tflite', 'kws_1.h5']],
    ['a*b*c', ['abc', 'axxbxbxc'], ['ab', 'abcd']],
    ['net[1].onnx', ['net[1].onnx'], ['net1.onnx']],
  ];
  it.each(cases)('%s', (pattern, taken, left) => {
    const matches = patternMatcher(pattern);
    expect(taken.filter(matches)).toEqual(taken);
    expect(left.filter(matches)).toEqual([]);
  });

  it('takes what a regular expression of the same meaning takes', () => {
    const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 }).map((each) => each.join(''));
    const name = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 10 }).map((each) => each.join(''));
    fc.assert(
      fc.property(pattern, name, (wanted, given) => {
        fc.pre(wanted !== '' && !wanted.includes('**'));
        const expression = new RegExp(`^${wanted.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(patternMatcher(wanted)(given)).toBe(expression.test(given));
      }),
      { numRuns: 1000 },
    );
  });

  it('ends on a pattern made to search', () => {
    expect(patternMatcher(`${'*a'.repeat(200)}b`)('a'.repeat(5000))).toBe(false);
    expect(patternMatcher(`${'**/a/'.repeat(80)}b`)(`${'a/'.repeat(2000)}c`)).toBe(false);
  });

  it('is told from a path', () => {
    expect(['a.tflite', 'net[1].onnx'].some(isPattern)).toBe(false);
    expect(['*.tflite', 'a?', '{a,b}'].every(isPattern)).toBe(true);
  });

  it.each([
    ['', /empty/],
    ['../a.tflite', /leaves the folder/],
    ['a/{b,..}/../c', /leaves the folder/],
    ['/etc/a.tflite', /absolute/],
    ['C:/a.tflite', /absolute/],
    ['a\\b.tflite', /backslash/],
    ['{a,b}'.repeat(12), /alternatives/],
    ['a'.repeat(600), /longer than 512/],
  ])('%s is refused', (pattern, reason) => {
    expect(patternProblem(pattern)).toMatch(reason);
  });

  it('is not refused for dots in a name', () => {
    expect(patternProblem('models/a..b.{tflite,onnx}')).toBeNull();
  });
});
