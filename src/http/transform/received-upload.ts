// The pictures of an upload and the further images that its plan names by address, read under the isolate's limits.
import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import type { Waiting } from '../../gate/queue.ts';
import { furtherImages, type Plan } from '../../plan/plan.ts';
import { releaseBuffer } from '../../release.ts';
import type { Blobs } from '../../render/place.ts';
import type { Services } from '../services.ts';
import { readUpload, type Upload, uploadBytes } from './upload.ts';
import { furtherSources, UPLOAD } from './url.ts';

const UPLOAD_TIMEOUT_MS = 30_000;

export type ReceivedUpload = Disposable & {
  parts: Upload;
  /** Names of the parts that are further images: all but `image` and texts. */
  extra: ReadonlySet<string>;
  byteLength: number;
  /** All pictures that the plan needs, which are released when the steps no longer need them; fetches those that it names by address. Throws `bad_body` for unused parts, `busy`, and what sources throw. */
  blobsFor: (plan: Plan) => Promise<Blobs>;
};

type Reading = {
  waiting?: Waiting;
  /** Names of parts that are texts. */
  textParts?: readonly string[];
  /** Called with the whole body before it is parsed. */
  check?: (body: Uint8Array) => Promise<void>;
};

/** Waits for memory and reads the body; disposing of the result releases the memory, and empties all its files. Throws `bad_body`, `too_many_bytes`, `busy`. */
export async function receiveUpload(
  c: Context,
  { config, encoded, files: sources }: Pick<Services, 'config' | 'encoded' | 'files'>,
  { textParts = [], check, waiting }: Reading = {},
): Promise<ReceivedUpload> {
  const maxBytes = config.MAX_SOURCE_BYTES;
  using held = new DisposableStack();
  const { reserveMore, release } = await encoded.reserve(uploadBytes(c.req.raw, maxBytes), waiting);
  held.defer(release);
  const limits = { maxBytes, timeoutMs: UPLOAD_TIMEOUT_MS, reserveMore, textParts };
  const parts = await readUpload(c.req.raw, { ...limits, ...(check && { check }) });
  const files = [...parts.values()];
  const known = new Set(['image', ...textParts]);
  const extra = new Set([...parts.keys()].filter((name) => !known.has(name)));
  const byteLength = files.reduce((sum, file) => sum + file.length, 0);
  held.defer(() => {
    for (const { buffer } of files) releaseBuffer(buffer);
  });
  const owned = held.move();
  return {
    parts,
    extra,
    byteLength,
    async blobsFor(plan) {
      refuseUnusedParts(plan, extra);
      const remote = furtherSources(plan, config.SOURCE_BASE, extra);
      const blobs = await sources.readFurther([...remote.values()], reserveMore);
      files.push(...blobs);
      const fetched = new Map([...remote.keys()].map((text, i) => [text, blobs[i]!]));
      return { ...blobsOf(plan, parts, fetched), releaseFiles: () => owned.dispose() };
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
}

function refuseUnusedParts(plan: Plan, extra: ReadonlySet<string>): void {
  const named = [...furtherImages(plan).keys()];
  for (const name of extra) {
    if (named.includes(`${UPLOAD}${name}`)) continue;
    throw new AppError(
      'bad_body',
      `${JSON.stringify(name.slice(0, 64))}: expected parts that the plan uses, image first of all`,
    );
  }
}

const blobsOf = (plan: Plan, parts: Upload, fetched: ReadonlyMap<string, Uint8Array>): Blobs => ({
  main: parts.get('image')!,
  further: new Map(
    [...furtherImages(plan).keys()].map((text) => [
      text,
      fetched.get(text) ?? parts.get(text.slice(UPLOAD.length))!,
    ]),
  ),
});
