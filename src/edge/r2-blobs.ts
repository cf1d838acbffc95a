// An R2 bucket as the store of jobs' bytes.
import type { BlobStore } from '../jobs/blobs.ts';

// What R2 says where the bytes do not have the digest that was given (error 10037), and the pipe where their number is another.
const OTHER_BYTES = /checksum|10037|FixedLengthStream/i;

/** The store over a bucket; R2 itself checks digests. */
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
      if (reasons.some((reason) => OTHER_BYTES.test(String(reason)))) return false;
      throw reasons[0];
    },
    async get(key) {
      const found = await bucket.get(key);
      return found ? { body: found.body, bytes: found.size } : undefined;
    },
    delete: (key) => bucket.delete(key),
  };
}

// R2 takes a stream only where its length is known.
function piped(
  body: ReadableStream<Uint8Array>,
  bytes: number,
  put: (stream: ReadableStream<Uint8Array>) => Promise<unknown>,
): Promise<PromiseSettledResult<unknown>[]> {
  const { readable, writable } = new FixedLengthStream(bytes);
  return Promise.allSettled([body.pipeTo(writable), put(readable)]);
}
