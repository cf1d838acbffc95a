// How a request waits for memory and for its turn.
import type { Context } from 'hono';
import type { Waiting } from '../gate/queue.ts';
import type { Clock } from './services.ts';

/**
 * A wait that ends when the client is gone. Pictures of a page are `patient`: they wait longer, but for everything together, from now on.
 * The others wait for each thing anew, because a slow upload takes long before that.
 */
export const waitingOf = (
  c: Context,
  { clock, patient = false }: { clock: Pick<Clock, 'now'>; patient?: boolean },
): Waiting => ({
  patient,
  ...(patient && { since: clock.now() }),
  signal: c.req.raw.signal,
});
