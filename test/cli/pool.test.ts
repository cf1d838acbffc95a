import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/cli/messages.ts';
import { createPool } from '../../src/cli/pool/pool.ts';
import type { Outcome, RendererProcess } from '../../src/cli/pool/process.ts';

const task = { plan: 'f=png' } as Task;
const made: Outcome = { made: { bytes: 1, width: 1, height: 1, format: 'png', extension: 'png' } };

/** Processes whose pictures end when `finish` is called. */
function fakes() {
  const started: { finish: (outcome: Outcome, gone?: boolean) => void }[] = [];
  const start = (): RendererProcess => {
    let gone = false;
    let finish: (outcome: Outcome) => void = () => {};
    started.push({
      finish(outcome, ends = false) {
        gone = ends;
        finish(outcome);
      },
    });
    return {
      isGone: () => gone,
      end: () => finish({ failure: { code: 'crashed', message: 'ended' } }),
      render: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    };
  };
  return { started, start };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the pool of processes', () => {
  it('starts as many as it may have, and uses them again', async () => {
    const { started, start } = fakes();
    const pool = createPool(2, start);
    const all = [1, 2, 3].map(() => pool.render(task, () => {}));
    await settled();
    expect(started).toHaveLength(2);
    started[0]!.finish(made);
    await settled();
    for (const { finish } of started) finish(made);
    expect(await Promise.all(all)).toEqual([made, made, made]);
    expect(started).toHaveLength(2);
  });

  it('replaces a process that is gone', async () => {
    const { started, start } = fakes();
    const pool = createPool(1, start);
    const first = pool.render(task, () => {});
    const second = pool.render(task, () => {});
    await settled();
    const crashed: Outcome = { failure: { code: 'crashed', message: 'it ended' } };
    started[0]!.finish(crashed, true);
    await settled();
    started[1]!.finish(made);
    expect([await first, await second]).toEqual([crashed, made]);
  });

  it('says that it was interrupted, to what runs and to what waits', async () => {
    const { start } = fakes();
    const pool = createPool(1, start);
    const all = [1, 2].map(() => pool.render(task, () => {}));
    await settled();
    pool.end();
    all.push(pool.render(task, () => {}));
    for (const outcome of await Promise.all(all))
      expect(outcome).toMatchObject({ failure: { code: 'interrupted' } });
  });
});
