// A set of names that forgets each after a short time.

export type Recent = { add: (name: string) => void; has: (name: string) => boolean };

/** Names are forgotten after `ms` milliseconds; beyond `most` names, the oldest is forgotten. `now` in milliseconds. */
export function createRecent({
  most,
  ms,
  now,
}: {
  most: number;
  ms: number;
  now: () => number;
}): Recent {
  const added = new Map<string, number>();
  return {
    add(name) {
      added.delete(name);
      added.set(name, now());
      const [oldest] = added.keys();
      if (added.size > most && oldest !== undefined) added.delete(oldest);
    },
    has(name) {
      const at = added.get(name);
      if (at === undefined) return false;
      if (now() - at < ms) return true;
      added.delete(name);
      return false;
    },
  };
}
