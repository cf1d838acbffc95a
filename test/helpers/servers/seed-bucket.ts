// Puts objects into the bucket of sources, in the folder where the bundled Worker will find them.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getPlatformProxy } from 'wrangler';

type Bucket = { put: (key: string, value: Uint8Array) => Promise<unknown> };

/** Stores `objects` by their keys under `persist`, before a Worker is started on that. */
export async function seedSources(
  persist: string,
  objects: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  const configPath = join(persist, 'bucket.toml');
  const lines = [
    'name = "seed"',
    'compatibility_date = "2026-11-01"',
    '[[r2_buckets]]',
    'binding = "BUCKET"',
    'bucket_name = "tessera-sources"',
  ];
  await writeFile(configPath, lines.join('\n'));
  const { env, dispose } = await getPlatformProxy<{ BUCKET: Bucket }>({
    configPath,
    persist: { path: join(persist, 'v3') },
  });
  try {
    for (const [key, bytes] of Object.entries(objects)) await env.BUCKET.put(key, bytes);
  } finally {
    await dispose();
  }
}
