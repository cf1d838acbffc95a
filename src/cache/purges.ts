// Records when sources were purged; answers made before that are not used.
import { digestOf } from '../crypto.ts';
import { createPurgeTable, slotOf, type TablePorts, type TableStore } from './purge-table.ts';

/** The last purge of any source of an answer. */
export type Purged = {
  /** Milliseconds since 1970; 0 if there was none. */
  at: number;
  /** `false` if the times could not be read: there may have been a later purge. */
  sure: boolean;
};

export type Purges = {
  /** The last purge of any of the sources. */
  last: (sources: readonly string[], background: Background) => Promise<Purged>;
  /** Records a purge; resolves when it holds at this data centre. Throws `busy`. */
  purge: (source: string, at: number) => Promise<void>;
};

/** Lets work continue after the answer was sent. */
export type Background = (work: Promise<unknown>) => void;

/** Without a far store, a purge holds only at the data centre that got the request. */
export type PurgePorts = Omit<TablePorts, 'far'> & { far?: TableStore };

/** How long the near store keeps the mark of a purge that is in the table too, in seconds; longer than any copy of the table. */
const MARK_SECONDS = 3600;
/** How long it keeps the mark of a purge without a far store, in seconds; longer than any answer is stored. */
const NEAR_ONLY_SECONDS = 400 * 86_400;

/**
 * The record of purges. A purge marks its source in the near store, where it holds at once, and writes the table in the far store, of
 * which the other data centres have copies.
 */
export function createPurges({ far, ...ports }: PurgePorts): Purges {
  const { near, log } = ports;
  const table = far && createPurgeTable({ ...ports, far });
  const seconds = far ? MARK_SECONDS : NEAR_ONLY_SECONDS;

  async function markOf(digest: string): Promise<Purged> {
    try {
      const known = await near.match(keyOf(digest));
      return { at: known ? timeIn(await known.text()) : 0, sure: true };
    } catch (error) {
      log({ event: 'purge_lookup_failed', message: String(error) });
      return { at: 0, sure: false };
    }
  }

  return {
    async last(sources, background) {
      const digests = await Promise.all(sources.map(digestOf));
      const [times, ...marks] = await Promise.all([
        table?.read(background),
        ...digests.map(markOf),
      ]);
      const inTable = digests.map((digest) => times?.[slotOf(digest)] ?? 0);
      return {
        at: Math.max(0, ...inTable, ...marks.map(({ at }) => at)),
        sure: (!table || times !== undefined) && marks.every(({ sure }) => sure),
      };
    },
    async purge(source, at) {
      const digest = await digestOf(source);
      await table?.write(slotOf(digest), at);
      const headers = { 'Cache-Control': `public, max-age=${seconds}` };
      await near.put(keyOf(digest), new Response(String(at), { headers }));
    },
  };
}

const keyOf = (digest: string): string => `purges/${digest}`;

const timeIn = (text: string): number => (/^\d{1,16}$/.test(text) ? Number(text) : 0);
