import { describe, expect, it } from 'vitest';
import { SimulatedBoard } from '../../../../../src/core/device/simulated/simulatedBoard';

describe('SimulatedBoard', () => {
  it('prints the same however its time is cut', () => {
    const whole = new SimulatedBoard().advance(3000);
    const parts = new SimulatedBoard();
    let text = '';
    for (let index = 0; index < 300; index += 1) text += parts.advance(10);
    expect(text).toBe(whole);
  });

  it('prints 62.5 samples of three axes a second and about eight results', () => {
    const text = new SimulatedBoard().advance(10_000);
    expect(text.match(/^>accX:/gm)).toHaveLength(626);
    expect(text.match(/^Timing: /gm)).toHaveLength(78);
  });

  it('stops, starts and answers', () => {
    const board = new SimulatedBoard({ chatter: false });
    expect(board.advance(1000)).toBe('');
    board.receive('AT+RUNIM');
    board.receive('PULSE\r');
    expect(board.advance(100)).toContain('Starting inferencing');
    board.receive('b\r\nAT+HELP\rAT+NOPE\rx\r');
    const text = board.advance(100);
    expect(text).toContain('Inferencing stopped by user');
    expect(text).toContain('AT+RUNIMPULSE');
    expect(text).toContain('Command not found! (AT+NOPE)');
    expect(text).toContain('Not a valid AT command (x)');
    expect(text).not.toContain('>accX');
  });
});
