// An R2 bucket as the store of blobs of jobs.
import type { BlobStore } from '../jobs/blobs.ts';

// The error of R2 if the bytes have another digest than given (10037), or of the pipe if their number is another.
const WRONG_BYTES = /checksum|10037|FixedLengthStream/i;

/** The store over a bucket. R2 checks the digests. */
export function createR2Blobs(bucket: R2Bucket): BlobStore {
  return {
    async put(key, body, { bytes, sha256 }) {
      const options = sha256 === undefined ? {} : { sha256 };
      const ends =
        body instanceof Uint8Array
          ? await Promise.allSettled([bucket.put(key, body, options)])
          : await piped(body, bytes, (stream) => bucket.put(key, stream, options));
      const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
      if (reasons.length === 0) return true;
      if (reasons.some((reason) => WRONG_BYTES.test(String(reason)))) return false;
      throw reasons[0];
    },
    async get(key) {
      const found = await bucket.get(key);
      return found ? { body: found.body, bytes: found.size } : undefined;
    },
    delete: (key) => bucket.delete(key),
  };
}

// R2 accepts a stream only if its length is known.
function piped(
  body: ReadableStream<Uint8Array>,
  bytes: number,
  put: (stream: ReadableStream<Uint8Array>) => Promise<unknown>,
): Promise<PromiseSettledResult<unknown>[]> {
  const { readable, writable } = new FixedLengthStream(bytes);
  return Promise.allSettled([body.pipeTo(writable), put(readable)]);
}
