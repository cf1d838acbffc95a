// Frees the tensors of a calculation at its end, whatever ends it.

type Made = { dispose: () => void };

/** Passes a thing on and frees it at the end. */
export type Own = {
  <T extends Made>(thing: T): T;
  /** Frees a thing now. */
  free: (thing: Made) => void;
  /** Passes a thing on to the caller, who frees it. */
  released: <T extends Made>(thing: T) => T;
};

/** Frees at the end everything that `use` has passed to `own` and not released. */
export async function withOwn<T>(use: (own: Own) => Promise<T>): Promise<T> {
  const made = new Set<Made>();
  const own = Object.assign(
    <U extends Made>(thing: U): U => {
      made.add(thing);
      return thing;
    },
    {
      free(thing: Made): void {
        made.delete(thing);
        thing.dispose();
      },
      released<U extends Made>(thing: U): U {
        made.delete(thing);
        return thing;
      },
    },
  );
  try {
    return await use(own);
  } finally {
    for (const thing of made) thing.dispose();
  }
}
