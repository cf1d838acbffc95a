import { describe, expect, it } from 'vitest';
import { down, HOUR, setUp, wait } from './answer-cache-set-up.ts';

describe('identical requests at the same time', () => {
  const crowd = <T>(ask: () => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: 50 }, ask));

  it.each([4, 2 ** 20])('share one answer of %d bytes', async (size) => {
    const { ask, source, made } = setUp();
    Object.assign(source, { delay: 60, size });
    const answers = await crowd(() => ask());
    expect(made).toEqual({ asked: 1, rendered: 1 });
    expect(new Set(answers.map((answer) => `${answer.version} ${answer.size}`))).toEqual(
      new Set([`1 ${size}`]),
    );
    const statuses = answers.map(({ status }) => status ?? '');
    expect(statuses.filter((status) => status === 'tessera; fwd=miss')).toHaveLength(1);
    expect(statuses.filter((status) => status.includes('collapsed'))).toHaveLength(49);
  });

  it('do not make an answer again that was stored after their lookup', async () => {
    const { ask, near, made } = setUp();
    const { match } = near;
    let arrive = (): void => {};
    const held = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    near.match = async (key) => {
      const found = await match(key);
      if (key === 'key') await held;
      return found;
    };
    const late = ask();
    await wait(5);
    near.match = match;
    await ask();
    arrive();
    expect((await late).version).toBe(1);
    expect(made.asked).toBe(1);
  });

  it('share one error', async () => {
    const { ask, source, made } = setUp();
    Object.assign(source, { delay: 60, error: down });
    const errors = await crowd(() => ask().catch((error: unknown) => error));
    expect(new Set(errors)).toEqual(new Set([down]));
    expect(made.asked).toBe(1);
  });

  it('all get the stored answer after one failure', async () => {
    const { ask, later, source, made } = setUp();
    await ask();
    later(3 * HOUR);
    Object.assign(source, { delay: 60, error: down });
    const answers = await crowd(() => ask());
    expect(new Set(answers.map(({ version }) => version))).toEqual(new Set([1]));
    expect(made.asked).toBe(2);
  });

  it('each make their own answer if it is not shared', async () => {
    const { ask } = setUp();
    let n = 0;
    const answers = await crowd(() =>
      ask({
        make: async () => {
          await wait(30);
          return { kind: 'unshared', value: String(++n) };
        },
      }),
    );
    expect(new Set(answers.map(({ value }) => value)).size).toBe(50);
  });

  it('that already have the answer need only one request to the source', async () => {
    const { ask } = setUp();
    let asked = 0;
    const answers = await crowd(() =>
      ask({
        make: async () => {
          asked++;
          await wait(30);
          return { kind: 'known', tag: '"1"', control: 'public, max-age=9' };
        },
        ifNoneMatch: '"1"',
      }),
    );
    expect(asked).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers.get('etag')))).toEqual(new Set(['"1"']));
  });
});
