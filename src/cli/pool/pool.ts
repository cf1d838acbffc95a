// Renders pictures in several processes, and replaces those that end.
import type { Task } from '../messages.ts';
import type { Outcome, RendererProcess } from './process.ts';

export type Pool = {
  /** Waits for a process and renders there. Never throws; after `end` the failure is `interrupted`. */
  render: (task: Task, onProgress: (share: number) => void) => Promise<Outcome>;
  /** Kills all processes; what they render fails. */
  end: () => void;
};

/** A pool of at most `size` processes, which `start` starts as they are needed. */
export function createPool(size: number, start: () => RendererProcess): Pool {
  const idle: RendererProcess[] = [];
  const all = new Set<RendererProcess>();
  const waiting: (() => void)[] = [];
  let busy = 0;
  let ended = false;
  const take = async (): Promise<RendererProcess | undefined> => {
    if (busy >= size) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy++;
    if (ended) return undefined;
    for (let one = idle.pop(); one; one = idle.pop()) if (!one.isGone()) return one;
    const made = start();
    all.add(made);
    return made;
  };
  const release = (one: RendererProcess): void => {
    if (one.isGone()) all.delete(one);
    else idle.push(one);
    const next = waiting.shift();
    if (next) next();
    else busy--;
  };
  const interrupted: Outcome = {
    failure: { code: 'interrupted', message: 'the command was interrupted' },
  };
  return {
    async render(task, onProgress) {
      const one = ended ? undefined : await take();
      if (!one) return interrupted;
      const outcome = await one.render(task, onProgress);
      release(one);
      return ended ? interrupted : outcome;
    },
    end() {
      ended = true;
      for (const one of all) one.end();
      for (const next of waiting.splice(0)) next();
    },
  };
}
