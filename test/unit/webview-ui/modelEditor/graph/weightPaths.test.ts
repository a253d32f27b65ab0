import { describe, expect, it } from 'vitest';
import { channelPaths, histogramBars } from '../../../../../webview-ui/modelEditor/graph/weightPaths';

describe('weight paths', () => {
  it('draw a bar for each bin that holds something', () => {
    const path = histogramBars(Float64Array.of(0, 5, 10, 1), 100, 50);
    expect(path.split('M')).toHaveLength(4);
    expect(histogramBars(Float64Array.of(0, 0), 100, 50)).toBe('');
  });

  it('draw a line and a bar for each channel without leaving the picture', () => {
    const { whiskers, boxes } = channelPaths(Float32Array.of(-1, -0.5, 0.5, 1, -4, -2, 2, 4), 100, 50);
    expect(whiskers.split('M')).toHaveLength(3);
    const heights = [...whiskers.matchAll(/,([\d.]+)V([\d.]+)/g)].flatMap((match) => [
      Number(match[1]),
      Number(match[2]),
    ]);
    for (const y of heights) expect(y >= 0 && y <= 50).toBe(true);
    expect(boxes).not.toContain('NaN');
  });

  it('survive constant weights', () => {
    expect(channelPaths(Float32Array.of(0, 0, 0, 0), 100, 50).boxes).not.toContain('NaN');
  });
});
