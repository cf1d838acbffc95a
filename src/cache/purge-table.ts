// The times of all purges in one small table, which every data centre keeps a copy of: no request reads a record of its own source.
//
// A source has one of 4096 slots, by its digest. A purge sets the time of the slot, so it also drops the answers of the other sources
// in it, one in 4096, which are then made anew.
import { AppError } from '../errors.ts';
import { within } from '../timing.ts';
import type { Background } from './purges.ts';
import type { ResponseCache } from './response-cache.ts';

export type PurgeTable = {
  /** Milliseconds since 1970 of the last purge of each slot, 0 for never; undefined if that could not be read. */
  read: (background: Background) => Promise<Float64Array | undefined>;
  /** Records a purge. Throws `busy` if the table could not be written. */
  write: (slot: number, at: number) => Promise<void>;
};

/** The store that all data centres share. */
export type TableStore = {
  /** The bytes under a key, and their version; undefined if there are none. */
  get: (key: string) => Promise<{ bytes: Uint8Array; version: string } | undefined>;
  /** Stores bytes in place of that version, or of none; `false` if there is another version by now. */
  replace: (key: string, bytes: Uint8Array, version: string | undefined) => Promise<boolean>;
};

export type TablePorts = {
  /** Store of this data centre. */
  near: Pick<ResponseCache, 'match' | 'put'>;
  far: TableStore;
  wait: (ms: number) => Promise<void>;
  /** Milliseconds since 1970. */
  date: () => number;
  log: (entry: Record<string, unknown>) => void;
};

export const SLOTS = 4096;

/** Key of the table. Its size never grows, and no rule of the bucket may delete it: answers made before a purge would be used again. */
export const TABLE_KEY = 'purges/table';
const BYTES = 8 * SLOTS;
const READ_AT = 'X-Read-At';

/** Age after which a copy is read again in the background, in milliseconds. */
const RENEW_MS = 60_000;
/** How long a copy is used at most, in seconds. Only a data centre that had no request for so long waits for the far store. */
const COPY_SECONDS = 600;
/** Pause between two renewals of this isolate, in milliseconds. */
const RENEWAL_PAUSE_MS = 5000;
/** Timeout of a read from the far store that a request waits for, in milliseconds. */
const FAR_TIMEOUT_MS = 500;
/** Timeout of a read in the background, in milliseconds. */
const BACKGROUND_MS = 10_000;
/** Time after a failed read before a request waits for another one, in milliseconds. */
const RETRY_MS = 5000;
/** A store takes about one write of the same key in a second, so a purge may have to try often. */
const WRITE_PAUSES_MS = [100, 200, 400, 800, 1200, 1600] as const;

/** The slot of a source, by the hexadecimal digits of its digest. */
export const slotOf = (digest: string): number => Number.parseInt(digest.slice(0, 3), 16);

/** The table over its stores. */
export function createPurgeTable({ near, far, wait, date, log }: TablePorts): PurgeTable {
  /** Purges of this isolate that are not stored yet. */
  const pending = new Map<number, number>();
  let renewedAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;

  const keep = async (times: Float64Array): Promise<void> => {
    const headers = {
      'Cache-Control': `public, max-age=${COPY_SECONDS}`,
      'Content-Length': String(BYTES),
      [READ_AT]: String(date()),
    };
    await near.put(TABLE_KEY, new Response(bytesOf(times), { headers }));
  };
  const fetchTimes = async (): Promise<Float64Array> =>
    timesIn((await far.get(TABLE_KEY))?.bytes) ?? new Float64Array(SLOTS);
  const failed = (error: unknown): undefined =>
    void log({ event: 'purge_lookup_failed', message: String(error) });

  const inBackground = (work: Promise<void>): Promise<void> =>
    within({ ms: BACKGROUND_MS, wait }, work, () => {});

  async function renew(): Promise<void> {
    if (date() - renewedAt < RENEWAL_PAUSE_MS) return;
    renewedAt = date();
    await inBackground(fetchTimes().then(keep).catch(failed));
  }

  /** Adds all pending purges, so that many purges at once need few writes. */
  async function writePending(): Promise<boolean> {
    const stored = await far.get(TABLE_KEY);
    const times = timesIn(stored?.bytes) ?? new Float64Array(SLOTS);
    const added = [...pending];
    for (const [slot, at] of added) times[slot] = Math.max(times[slot]!, at);
    if (!(await far.replace(TABLE_KEY, bytesOf(times), stored?.version))) return false;
    for (const [slot, at] of added) if (pending.get(slot) === at) pending.delete(slot);
    return true;
  }

  return {
    async read(background) {
      const copy = await near.match(TABLE_KEY).catch(failed);
      const known = copy && timesIn(new Uint8Array(await copy.arrayBuffer()));
      if (known) {
        if (date() - Number(copy.headers.get(READ_AT)) > RENEW_MS) background(renew());
        return known;
      }
      if (date() - failedAt < RETRY_MS) return undefined;
      const fetched = fetchTimes();
      // An answer that comes too late for this request is there for the next ones.
      background(inBackground(fetched.then(keep).catch(() => {})));
      try {
        return await within({ ms: FAR_TIMEOUT_MS, wait }, fetched, () => {
          throw new Error(`no answer within ${FAR_TIMEOUT_MS} ms`);
        });
      } catch (error) {
        failedAt = date();
        return failed(error);
      }
    },
    async write(slot, at) {
      pending.set(slot, Math.max(pending.get(slot) ?? 0, at));
      let cause: unknown;
      for (const pause of WRITE_PAUSES_MS) {
        // Another purge of this isolate may have written this one too.
        if ((pending.get(slot) ?? 0) < at) return;
        try {
          if (await writePending()) return;
        } catch (error) {
          cause = error;
        }
        await wait(pause * (0.5 + Math.random()));
      }
      if ((pending.get(slot) ?? 0) < at) return;
      throw new AppError('busy', 'expected the record of purges to be free, others write it', {
        retryable: true,
        retryAfter: 2,
        cause,
      });
    },
  };
}

/** The times in stored bytes; undefined if they are no table. */
function timesIn(bytes: Uint8Array | undefined): Float64Array | undefined {
  return bytes?.length === BYTES ? new Float64Array(bytes.slice().buffer) : undefined;
}

const bytesOf = (times: Float64Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(times.buffer as ArrayBuffer);
