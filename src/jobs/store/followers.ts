// Notifies the requests that wait for a change of a job.

export type Followers = {
  /** Notifies all of them. */
  notify: () => void;
  /** Resolves at the next `notify`, or after `ms`. */
  changed: (ms: number) => Promise<void>;
};

/**
 * Followers of one job. Each has a timer of its own, because the platform ends a request that waits for nothing but another
 * request.
 */
export function createFollowers(sleep: (ms: number) => Promise<void>): Followers {
  const waiting = new Set<() => void>();
  return {
    notify() {
      for (const wake of [...waiting]) wake();
    },
    async changed(ms) {
      let wake = (): void => {};
      const notified = new Promise<void>((resolve) => {
        wake = resolve;
      });
      waiting.add(wake);
      try {
        await Promise.race([notified, sleep(ms)]);
      } finally {
        waiting.delete(wake);
      }
    },
  };
}
