// Opens the sources of a request when there is memory for their files: a request that waits holds neither memory nor connections.
import { AppError } from '../../errors.ts';
import type { ByteAccount, Reservation } from '../../gate/byte-account.ts';
import type { Waiting } from '../../gate/queue.ts';
import type { OpenSource, OpenUse, SourceReader } from '../../sources/fetch-source.ts';
import type { Source } from '../../sources/source.ts';

/** Open sources, and the memory for their files; the caller closes both, and says how large the files were. */
export type Opened = {
  sources: readonly OpenSource[];
  reservation: Reservation;
  recordFileSize: (fileBytes: number) => void;
};

export type SourceOpener = (
  sources: readonly Source[],
  use?: OpenUse & { waiting?: Waiting | undefined },
) => Promise<Opened>;

/** What a file is expected to have before its source has said so, in bytes: at first, at least and at most. */
const FIRST_BYTES = 2 ** 21;
const LEAST_BYTES = 2 ** 16;
const MOST_BYTES = 2 ** 22;
/** How much more than a usual file is reserved, so that most files fit. */
const MARGIN = 1.5;
/** Weight of a new file in the running mean of their sizes, 0…1. */
const WEIGHT = 0.25;
/** A source whose file turns out to be larger is opened again when there is room for it; one that grows each time is given up. */
const MOST_TURNS = 3;

/**
 * Opens with `reader`, in the memory of `encoded`. Memory for files of the usual size is reserved first. When the sources have said how
 * large their files are, the rest is given back; if there is no room for larger files, the sources are closed, and opened again
 * when there is. Throws `busy`, `too_many_bytes`, and what `SourceReader.open` throws.
 */
export function createSourceOpener(
  reader: SourceReader,
  encoded: Pick<ByteAccount, 'reserve' | 'capacityBytes'>,
): SourceOpener {
  let usual = FIRST_BYTES / MARGIN;
  const assumed = (): number =>
    Math.ceil(Math.min(MOST_BYTES, Math.max(LEAST_BYTES, MARGIN * usual)));
  /** Bytes to reserve for a source: the declared length of its file, else what recent files without one needed. */
  const bytesOf = ({ expectedBytes, declared }: OpenSource): number =>
    declared ? expectedBytes : Math.max(expectedBytes, assumed());
  const recordFileSize = (fileBytes: number): void => {
    usual += WEIGHT * (fileBytes - usual);
  };
  return async (sources, { waiting, ...use } = {}) => {
    let bytes = Math.min(encoded.capacityBytes, sources.length * assumed());
    for (let turn = 1; ; turn++) {
      const reservation = await encoded.reserve(bytes, waiting);
      try {
        const opened = await openAll(sources, reader, use);
        for (const { declared, expectedBytes } of opened)
          if (declared) recordFileSize(expectedBytes);
        const wanted = opened.reduce((sum, source) => sum + bytesOf(source), 0);
        const expected = opened.reduce((sum, { expectedBytes }) => sum + expectedBytes, 0);
        if (reservation.resize(wanted)) {
          const held = withRoom(reservation, wanted - expected);
          return { sources: opened, reservation: held, recordFileSize };
        }
        await closeAll(opened);
        bytes = wanted;
      } catch (error) {
        reservation.release();
        throw error;
      }
      reservation.release();
      if (turn === MOST_TURNS) throw noRoom();
    }
  };
}

/** The reservation, so many bytes of which are there for files that turn out larger. */
function withRoom(reservation: Reservation, room: number): Reservation {
  let left = room;
  return {
    ...reservation,
    reserveMore(bytes) {
      const inside = Math.min(left, bytes);
      if (!reservation.reserveMore(bytes - inside)) return false;
      left -= inside;
      return true;
    },
  };
}

/** Opens all sources, or none. */
export async function openAll(
  sources: readonly Source[],
  reader: SourceReader,
  use?: OpenUse,
): Promise<OpenSource[]> {
  const results = await Promise.allSettled(sources.map((source) => reader.open(source, use)));
  const failed = results.find((result) => result.status === 'rejected');
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (!failed) return opened;
  await closeAll(opened);
  throw failed.reason;
}

export const closeAll = async (opened: readonly OpenSource[]): Promise<void> =>
  void (await Promise.all(opened.map((source) => source.cancel())));

/** The error if there is no room for a request's files. */
export const noRoom = (): AppError =>
  new AppError('busy', 'expected room for the pictures, too many are being read', {
    retryable: true,
    retryAfter: 1,
  });
