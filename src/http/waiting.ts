// How a request waits for memory and for its turn.
import type { Context } from 'hono';
import type { Waiting } from '../gate/queue.ts';
import type { Clock } from './services.ts';

/** A wait that begins now and ends when the client is gone; `patient` for pictures of a page, which wait longer. */
export const waitingOf = (
  c: Context,
  { clock, patient = false }: { clock: Pick<Clock, 'now'>; patient?: boolean },
): Waiting => ({ patient, since: clock.now(), signal: c.req.raw.signal });
