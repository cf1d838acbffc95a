// Puts objects into the bucket of sources, in the state folder of the bundled Worker.
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';

type Bucket = { put: (key: string, value: Uint8Array) => Promise<unknown> };

/** Stores `objects` by their keys under `persist`, before a Worker is started on it. */
export async function seedSources(
  persist: string,
  objects: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  const options = convertV4MiniflareOptions({
    workers: [
      {
        name: 'seed',
        compatibilityDate: '2026-11-01',
        modules: [{ type: 'ESModule', path: 'seed.js', contents: 'export default {}' }],
        r2Buckets: { BUCKET: { id: 'tessera-sources' } },
      },
    ],
  });
  const runtime = new Miniflare({ ...options, resourcePersistencePath: persist });
  try {
    // Miniflare names the type of a package that is not installed.
    const bucket = (await runtime.getR2Bucket('BUCKET')) as unknown as Bucket;
    for (const [key, bytes] of Object.entries(objects)) await bucket.put(key, bytes);
  } finally {
    await runtime.dispose();
  }
}
