import { describe, expect, it } from 'vitest';
import { edgeImpulseProtocol } from '../../../../../src/core/device/protocols/edgeImpulse/edgeImpulseProtocol';
import { collect } from './collect';

const run = (...lines: readonly string[]): ReturnType<typeof collect> => collect(edgeImpulseProtocol, lines);

describe('Edge Impulse text', () => {
  it('reads the older SDK', () => {
    const { results, levels } = run(
      'Predictions (DSP: 18 ms., Classification: 4.200000 ms., Anomaly: 0ms.): ',
      '#Classification results:',
      '    idle: 0.996094',
      '    no person - bg: 0.003906',
      'Anomaly prediction: -0.123456',
    );
    expect(results).toEqual([
      {
        timeMs: 1000,
        kind: 'classification',
        classes: [
          { label: 'idle', score: 0.996094 },
          { label: 'no person - bg', score: 0.003906 },
        ],
        boxes: [],
        anomaly: -0.123456,
        timing: { dsp: 18, inference: 4.2, anomaly: 0 },
      },
    ]);
    expect(new Set(levels)).toEqual(new Set(['result']));
  });

  it('reads the current SDK, in microseconds and with postprocessing', () => {
    const { results } = run(
      'Timing: DSP 12000 us, inference 312 us, anomaly 0 us, postprocessing 44 us',
      '#Classification predictions:',
      '  a: b: 0.5',
      'Timing: DSP 12 ms, inference 3 ms, anomaly 0 ms',
      '#Classification predictions:',
      '  a: b: 1.0',
    );
    expect(results.map(({ timing }) => timing)).toEqual([
      { dsp: 12, inference: 0.312, anomaly: 0, postprocessing: 0.044 },
      { dsp: 12, inference: 3, anomaly: 0 },
    ]);
    expect(results[0]?.classes).toEqual([{ label: 'a: b', score: 0.5 }]);
  });

  it('reads the device library and the time-only header', () => {
    const { results } = run(
      'Timing: DSP 12.345 ms, inference 3.100 ms, anomaly 0.000 ms',
      'Predictions:',
      '  yes: 0.25',
      'Predictions (time: 7 ms.):',
      '#Classification results:',
      '    no: 0.75',
      '    anomaly score: 0.5',
    );
    expect(results.map(({ timing, classes, anomaly }) => [timing, classes, anomaly])).toEqual([
      [{ dsp: 12.345, inference: 3.1, anomaly: 0 }, [{ label: 'yes', score: 0.25 }], null],
      [{ total: 7 }, [{ label: 'no', score: 0.75 }], 0.5],
    ]);
  });

  it('reads boxes, tracks and grids', () => {
    const { results } = run(
      'Timing: DSP 1 ms, inference 2 ms, anomaly 0 ms',
      '#Object detection bounding boxes:',
      '  stop sign (0.921875) [ x: 16, y: 24, width: 32, height: 33 ]',
      'Timing: DSP 1 ms, inference 2 ms, anomaly 0 ms',
      '#Object tracking results:',
      '  car (ID 3) (0.870000) [ x: 10, y: 12, width: 30, height: 31 ]',
      'Timing: DSP 1 ms, inference 2 ms, anomaly 0 ms',
      '#Visual anomalies:',
      '  anomaly (7.100000) [ x: 0, y: 0, width: 8, height: 8 ]',
      'Visual anomaly mean: 1.234000, max: 7.1',
    );
    expect(results.map(({ kind, boxes, anomaly }) => [kind, boxes, anomaly])).toEqual([
      [
        'detection',
        [{ label: 'stop sign', score: 0.921875, x: 16, y: 24, width: 32, height: 33, trackId: null }],
        null,
      ],
      ['detection', [{ label: 'car', score: 0.87, x: 10, y: 12, width: 30, height: 31, trackId: 3 }], null],
      ['detection', [{ label: 'anomaly', score: 7.1, x: 0, y: 0, width: 8, height: 8, trackId: null }], 7.1],
    ]);
  });

  it('reads regression and raw outputs as values', () => {
    const { results } = run(
      '#Regression prediction: 21.500000',
      'Timing: DSP 1 ms, inference 2 ms, anomaly 0 ms',
      '#Freeform output index=0',
      '  0.100000 0.200000 -nan',
    );
    expect(results.map(({ kind, classes }) => [kind, classes])).toEqual([
      ['values', [{ label: 'value', score: 21.5 }]],
      [
        'values',
        [
          { label: '0', score: 0.1 },
          { label: '1', score: 0.2 },
          { label: '2', score: NaN },
        ],
      ],
    ]);
  });

  it('hands out a result when the board goes quiet, not only when the next comes', () => {
    const { parser, results } = run();
    parser.line('Timing: DSP 1 ms, inference 2 ms, anomaly 0 ms', 5000);
    parser.line('#Classification predictions:', 5001);
    parser.line('  idle: 1.0', 5002);
    parser.settle(5050);
    expect(results).toHaveLength(0);
    parser.settle(5102);
    expect(results).toHaveLength(1);
  });

  it('takes lines after a prompt, errors and facts', () => {
    const { levels, facts, results } = run(
      '> Timing: DSP 1 ms, inference 2 ms, anomaly 0 ms',
      'Predictions:',
      '  idle: 1.0',
      'ERR: Failed to run classifier (-5)',
      'AT Version: 1.8.0',
      'Command not found! (AT+X)',
    );
    expect(levels.slice(3)).toEqual(['error', 'raw', 'error']);
    expect(facts).toEqual({ atVersion: '1.8.0' });
    expect(results).toHaveLength(1);
  });

  it('believes no class line outside a result', () => {
    const { results, levels } = run('  idle: 0.5', '  free heap: 20480');
    expect(results).toEqual([]);
    expect(levels).toEqual([null, null]);
  });

  it.each(['  a (0.5) [ x: 1, y', '  : 0.5', '  x:', '  (0.1) [ x: 1, y: 1, width: 1, height: 1 ]', 'Timing: DSP ms'])(
    'passes over a broken line: %s',
    (line) => {
      const { results } = run('#Classification results:', line, '#Object detection results:', line);
      expect(results.flatMap(({ classes, boxes }) => [...classes, ...boxes])).toEqual([]);
    },
  );
});
