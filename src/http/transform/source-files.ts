// The files of a request's sources: opened together, read under the isolate's limits, and closed together.
import type { EarlyDecoding } from '../../codecs/codec.ts';
import { digestOf } from '../../crypto.ts';
import type { ByteAccount } from '../../gate/byte-account.ts';
import type { Waiting } from '../../gate/queue.ts';
import { release } from '../../release.ts';
import { type FileHead, openHead } from '../../render/load.ts';
import type { OpenSource, OpenUse, SourceReader } from '../../sources/fetch-source.ts';
import type { Source } from '../../sources/source.ts';
import { closeAll, createSourceOpener, noRoom, type Opened, openAll } from './open-sources.ts';

type ReserveMore = (bytes: number) => boolean;

/** Disposing of it releases the memory: all files are empty then. */
export type SourceFiles = AsyncDisposable & {
  /** The validators that the sources gave; undefined for a source that gave none. */
  validators: readonly (string | undefined)[];
  /** What the sources say about keeping their answers. */
  controls: readonly OpenSource['control'][];
  /** Reads the first bytes of the files at these indexes. Throws `busy`, `not_an_image`, `format_unsupported`, `undecodable`. */
  heads: (indexes: readonly number[]) => Promise<FileHead[]>;
  /** Reads all files whole; the first one is decoded meanwhile by `early`, if there is memory for its picture. Throws `busy`, and what sources throw. */
  read: (early?: EarlyDecoding) => Promise<Uint8Array[]>;
  /** Releases the memory before the rest: all files are empty then. */
  releaseMemory: () => void;
};

export type RequestFiles = {
  /** Throws `source_forbidden` and other errors of a source that may not be asked. */
  check: SourceReader['check'];
  /**
   * Waits for memory, then opens all sources, or none. If a validator is known, a source may answer that its picture is unchanged. Throws
   * `busy`, `too_many_bytes`, and what `SourceReader.open` throws.
   */
  open: (
    sources: readonly Source[],
    use?: OpenUse & { waiting?: Waiting | undefined },
  ) => Promise<SourceFiles>;
  /**
   * Reads further sources for a request that already holds memory; `reserveMore` reserves memory for all of them. Throws `busy`, and what
   * sources throw.
   */
  readFurther: (sources: readonly Source[], reserveMore: ReserveMore) => Promise<Uint8Array[]>;
};

/** Bytes to read for a file's header at first; doubled until the header is complete. */
const HEAD_BYTES = 64 * 1024;

type FilePorts = {
  sources: SourceReader;
  encoded: Pick<ByteAccount, 'reserve' | 'capacityBytes'>;
};

/** Reads with `sources`, in the memory of the account `encoded`. */
export function createRequestFiles({ sources: reader, encoded }: FilePorts): RequestFiles {
  const open = createSourceOpener(reader, encoded);
  return {
    check: reader.check,
    open: async (sources, use) => filesOf(await open(sources, use)),
    async readFurther(sources, reserveMore) {
      await using held = new AsyncDisposableStack();
      const opened = await openAll(sources, reader);
      held.defer(() => closeAll(opened));
      const bytes = expectedOf(opened);
      if (bytes > 0 && !reserveMore(bytes)) throw noRoom();
      return await Promise.all(opened.map((source) => source.read({ reserveMore })));
    },
  };
}

function filesOf({ sources: opened, reservation, recordFileSize }: Opened): SourceFiles {
  const { reserveMore } = reservation;
  const files: Uint8Array[] = [];
  const releaseMemory = (): void => {
    for (const file of files) release(file);
    reservation.release();
  };
  return {
    releaseMemory,
    validators: opened.map(({ validator }) => validator),
    controls: opened.map(({ control }) => control),
    heads: (indexes) => Promise.all(indexes.map((index) => headOf(opened[index]!, reserveMore))),
    async read(early) {
      const arrived = early && reserveMore(early.bytes) ? early.advance : undefined;
      const read = async (source: OpenSource, i: number) => {
        const file = await source.read({ reserveMore, ...(i === 0 && arrived && { arrived }) });
        files.push(file);
        if (!source.declared) recordFileSize(file.length);
        return file;
      };
      return Promise.all(opened.map(read));
    },
    async [Symbol.asyncDispose]() {
      releaseMemory();
      await closeAll(opened);
    },
  };
}

async function headOf(source: OpenSource, reserveMore: ReserveMore): Promise<FileHead> {
  for (let bytes = HEAD_BYTES; ; bytes *= 2) {
    const head = openHead(await source.peek(bytes, reserveMore));
    if (head) return head;
  }
}

/** The validator of each file; the digest of its bytes if its source gave none. */
export const validatorsOf = (
  { validators }: SourceFiles,
  files: readonly Uint8Array[],
): Promise<string[]> =>
  Promise.all(validators.map(async (validator, i) => validator ?? digestOf(files[i]!)));

/** Bytes to reserve before the sources are read. */
const expectedOf = (opened: readonly OpenSource[]): number =>
  opened.reduce((sum, source) => sum + source.expectedBytes, 0);
