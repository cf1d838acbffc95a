// An R2 bucket as a cache of answers behind the cache of the data centre. It keeps answers longer and serves all data centres.
import type { ResponseCache } from '../../cache/response-cache.ts';
import { digestOf } from '../../crypto.ts';
import type { ByteAccount } from '../../gate/byte-account.ts';

export type AnswerBucket = Pick<R2Bucket, 'put' | 'delete'> & {
  get: (key: string) => Promise<{
    body: ReadableStream<Uint8Array>;
    size: number;
    customMetadata?: Record<string, string>;
  } | null>;
};

const FOLDER = 'answers/';

/**
 * Largest stored answer, in bytes. An answer is read into the memory of the isolate to check its digest, so larger ones are not
 * stored and are rendered again.
 */
const MAX_BYTES = 8 * 2 ** 20;

/** What is stored with the bytes. */
type About = { headers: [string, string][]; sha256: string };

/** The cache over a bucket. `encoded` is the account of the bytes that are held in memory. Throws `Error` for a damaged answer. */
export function createBucketAnswers(
  bucket: AnswerBucket,
  { encoded }: { encoded: Pick<ByteAccount, 'reserve'> },
): ResponseCache {
  return {
    async match(key) {
      const found = await bucket.get(FOLDER + key);
      if (!found) return undefined;
      const about = readAbout(found.customMetadata?.about);
      if (!about || found.size > MAX_BYTES) {
        await found.body.cancel();
        return undefined;
      }
      const bytes = await readWhole(found, encoded);
      const whole = bytes.byteLength === found.size && (await digestOf(bytes)) === about.sha256;
      if (!whole) throw new Error('a stored answer is not what was stored');
      return new Response(bytes, { headers: about.headers });
    },
    async put(key, response) {
      if (Number(response.headers.get('Content-Length') ?? 0) > MAX_BYTES) {
        await response.body?.cancel();
        return;
      }
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (bytes.byteLength > MAX_BYTES) return;
      const sha256 = await digestOf(bytes);
      const about: About = { headers: [...response.headers], sha256 };
      await bucket.put(FOLDER + key, bytes, {
        sha256,
        customMetadata: { about: encodeURIComponent(JSON.stringify(about)) },
      });
    },
    delete: (key) => bucket.delete(FOLDER + key),
  };
}

async function readWhole(
  { body, size }: { body: ReadableStream<Uint8Array>; size: number },
  encoded: Pick<ByteAccount, 'reserve'>,
): Promise<Uint8Array<ArrayBuffer>> {
  let reservation: Awaited<ReturnType<ByteAccount['reserve']>>;
  try {
    reservation = await encoded.reserve(size);
  } catch (error) {
    await body.cancel();
    throw error;
  }
  try {
    return new Uint8Array(await new Response(body).arrayBuffer());
  } finally {
    reservation.release();
  }
}

function readAbout(text: string | undefined): About | undefined {
  try {
    const { headers, sha256 } = JSON.parse(decodeURIComponent(text ?? '')) as About;
    return Array.isArray(headers) && typeof sha256 === 'string' ? { headers, sha256 } : undefined;
  } catch {
    return undefined;
  }
}
