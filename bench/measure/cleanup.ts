// Ends everything that a benchmark started, also if the benchmark fails or runs out of time.
import { within } from './time-limit.ts';

const open = new Set<() => Promise<void>>();

/** Runs `use` and then `close`. If `use` never ends, `endAll` closes. */
export async function closing<T>(close: () => Promise<void>, use: () => Promise<T>): Promise<T> {
  const once = (): Promise<void> => (open.delete(once) ? close() : Promise.resolve());
  open.add(once);
  try {
    return await use();
  } finally {
    await within(20, 'closing', once());
  }
}

/** Closes whatever is still open. */
export async function endAll(): Promise<void> {
  const all = [...open].map((close) => close());
  await within(20, 'closing', Promise.allSettled(all)).catch((error) => console.error(error));
}
