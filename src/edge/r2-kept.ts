// Pictures that development keeps in the bucket of sources.
import type { KeptPictures } from '../http/page/keep-picture.ts';

export const createKeptPictures = (bucket: Pick<R2Bucket, 'put' | 'list'>): KeptPictures => ({
  put: async (key, bytes) => void (await bucket.put(key, bytes)),
  count: async (prefix, most) => (await bucket.list({ prefix, limit: most })).objects.length,
});
