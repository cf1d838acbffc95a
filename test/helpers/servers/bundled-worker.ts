// The Worker as it is deployed: bundled and minified by wrangler, run in workerd, asked over HTTP.
//
// Not through wrangler's test harness: that sends the Worker's own requests through Node's fetch, which follows
// redirects whatever the Worker asked for.
import { fileURLToPath } from 'node:url';
import { unstable_startWorker as startWorker } from 'wrangler';

// No request metadata from outside.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';

const config = fileURLToPath(new URL('../../../wrangler.toml', import.meta.url));

export type BundledWorker = {
  fetch: (path: string, init?: RequestInit) => Promise<Response>;
  url: URL;
  close: () => Promise<void>;
};

/**
 * Builds and starts on a free port; `vars` sets the configuration, in which clients are not limited unless it says so. What it stores is kept in the folder `persist`, or nowhere. Its
 * assets are those of the folder `assets`, `public` unless given.
 */
export async function startBundledWorker(
  vars: Record<string, string> = {},
  { persist = false, assets }: { persist?: string | false; assets?: string } = {},
): Promise<BundledWorker> {
  const bindings = Object.entries({ RATE_LIMIT: 'off', ...vars }).map(
    ([name, value]) => [name, { type: 'plain_text', value }] as const,
  );
  const worker = await startWorker({
    config,
    bindings: Object.fromEntries(bindings),
    build: { minify: true },
    ...(assets !== undefined && { assets }),
    dev: {
      server: { hostname: '127.0.0.1', port: 0 },
      inspector: false,
      logLevel: 'error',
      watch: false,
      persist,
    },
  });
  await worker.ready;
  const url = await worker.url;
  return {
    url,
    fetch: (path, init) => fetch(new URL(path, url), init),
    close: () => worker.dispose(),
  };
}
