import { describe, expect, it } from 'vitest';
import { ResponseError } from 'vscode-jsonrpc/node';
import { describeFailure, Resource } from '../../../../webview-ui/shared/Resource';

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('Resource', () => {
  it('keeps the last value while a newer one fails', async () => {
    const resource = new Resource<number>();
    resource.load('a', () => Promise.resolve(1));
    await settled();
    resource.load('b', () =>
      Promise.reject(new ResponseError(1, 'It ends early.', { reason: 'truncated', details: ['x'] })),
    );
    await settled();
    expect(resource.value.value).toBe(1);
    expect(resource.failure.value).toEqual({ message: 'It ends early.', reason: 'truncated', details: ['x'] });
  });

  it('asks a question once, and cancels what a newer one replaces', async () => {
    const resource = new Resource<string>();
    const cancelled: boolean[] = [];
    let asked = 0;
    const slow = (token: { isCancellationRequested: boolean }) =>
      new Promise<string>((resolve) => {
        asked += 1;
        setTimeout(() => {
          cancelled.push(token.isCancellationRequested);
          resolve('old');
        }, 1);
      });
    resource.load('a', slow);
    resource.load('a', slow);
    resource.load('b', () => Promise.resolve('new'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(asked).toBe(1);
    expect(cancelled).toEqual([true]);
    expect(resource.value.value).toBe('new');
  });

  it('asks the same again after it was cleared', async () => {
    const resource = new Resource<number>();
    resource.load('a', () => Promise.resolve(1));
    await settled();
    resource.clear();
    expect(resource.value.value).toBeNull();
    resource.load('a', () => Promise.resolve(2));
    await settled();
    expect(resource.value.value).toBe(2);
  });
});

describe('describeFailure', () => {
  it('takes what jsonrpc adds off a message', () => {
    const error = new ResponseError(-32603, 'Request overview failed with message: The inspector ended.');
    expect(describeFailure(error)).toEqual({ message: 'The inspector ended.', reason: 'unknown', details: [] });
  });

  it('has words for an error without any', () => {
    expect(describeFailure(undefined).message).toBe('The engine did not answer.');
  });
});
