// An R2 bucket as the store of small tables that several Workers change at the same time.
import type { TableStore } from '../../cache/purge-table.ts';

/** The tables in a bucket. A write takes place only if nobody else has written since the table was read. */
export const createBucketTables = (bucket: Pick<R2Bucket, 'get' | 'put'>): TableStore => ({
  async get(key) {
    const found = await bucket.get(key);
    if (!found) return undefined;
    const bytes = new Uint8Array(await new Response(found.body).arrayBuffer());
    return { bytes, version: found.etag };
  },
  async replace(key, bytes, version) {
    const onlyIf =
      version === undefined ? { etagDoesNotMatch: '*' as const } : { etagMatches: version };
    return (await bucket.put(key, bytes, { onlyIf })) !== null;
  },
});
