// Checks when a codec's WASM instance is kept and when it is replaced.
import { describe, expect, it } from 'vitest';
import { createWasmRunner } from '../../../src/codecs/wasm/instance.ts';

/** A runner over numbered instances that report `memoryBytes`. */
function makeRunner(memoryBytes = 1000) {
  let started = 0;
  const run = createWasmRunner(async () => {
    const number = ++started;
    return { number, memoryBytes: () => memoryBytes };
  });
  const number = () => run((instance) => instance.number);
  const fail = () =>
    run(() => {
      throw new Error('trap');
    });
  return { run, number, fail, started: () => started };
}

describe('createWasmRunner', () => {
  it('starts no instance before the first use, and one for all uses', async () => {
    const { number, started } = makeRunner();
    expect(started()).toBe(0);
    expect(await Promise.all([number(), number()])).toEqual([1, 1]);
    expect(await number()).toBe(1);
  });

  it('takes a fresh instance after work that threw, and passes the error on', async () => {
    const { number, fail } = makeRunner();
    await expect(fail()).rejects.toThrow('trap');
    expect(await number()).toBe(2);
    expect(await number()).toBe(2);
  });

  it('keeps waiting callers off an instance whose work threw', async () => {
    const { number, fail } = makeRunner();
    const [, second] = await Promise.allSettled([fail(), number()]);
    expect(second).toEqual({ status: 'fulfilled', value: 2 });
  });

  it('keeps an instance, however large its memory is', async () => {
    const { number } = makeRunner(200 * 2 ** 20);
    expect([await number(), await number()]).toEqual([1, 1]);
  });

  it('starts again after a failed start', async () => {
    let tries = 0;
    const run = createWasmRunner(async () => {
      if (++tries === 1) throw new Error('no memory');
      return { memoryBytes: () => 0 };
    });
    await expect(run(() => 'done')).rejects.toThrow('no memory');
    expect(await run(() => 'done')).toBe('done');
  });
});
