// The state of the page with undo and redo.
import type { Work } from './work.ts';

/** Most changes that can be undone. */
const MOST_CHANGES = 200;

/** Changes of one group within this time are undone together, in milliseconds. */
const GROUP_MS = 1000;

export type Change = (work: Work) => Work;

export type Store = {
  work: () => Work;
  /** Applies a change. Changes that follow quickly in one `group`, as those of a slider do, are undone together. */
  change: (change: Change, group?: string) => void;
  undo: () => void;
  redo: () => void;
  can: () => { undo: boolean; redo: boolean };
  /** Calls `listener` after each change. */
  listen: (listener: (work: Work) => void) => void;
};

/** A store that holds `first`; `now` gives milliseconds. */
export function createStore(first: Work, now: () => number): Store {
  const listeners: ((work: Work) => void)[] = [];
  let past: Work[] = [];
  let future: Work[] = [];
  let work = first;
  let last = { group: '', at: Number.NEGATIVE_INFINITY };

  const show = (next: Work): void => {
    work = next;
    for (const listener of listeners) listener(work);
  };
  const step = (from: Work[], to: Work[]): void => {
    const next = from.pop();
    if (!next) return;
    to.push(work);
    last = { group: '', at: Number.NEGATIVE_INFINITY };
    show(next);
  };

  return {
    work: () => work,
    change(change, group = '') {
      const next = change(work);
      if (next === work) return;
      const joins = group !== '' && group === last.group && now() - last.at < GROUP_MS;
      if (!joins) past = [...past, work].slice(-MOST_CHANGES);
      future = [];
      last = { group, at: now() };
      show(next);
    },
    undo: () => step(past, future),
    redo: () => step(future, past),
    can: () => ({ undo: past.length > 0, redo: future.length > 0 }),
    listen: (listener) => void listeners.push(listener),
  };
}
