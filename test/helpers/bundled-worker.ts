// The Worker as it is deployed: bundled and minified by wrangler, run in workerd, asked over HTTP.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createTestHarness } from 'wrangler';

const root = fileURLToPath(new URL('../..', import.meta.url));
const configPath = join(root, 'wrangler.toml');

export type BundledWorker = {
  fetch: (path: string, init?: RequestInit) => Promise<Response>;
  url: URL;
  close: () => Promise<void>;
};

/** Builds once and starts; `vars` overrides the configuration. */
export async function startBundledWorker(
  vars: Record<string, string> = {},
): Promise<BundledWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bundle-'));
  const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js');
  await promisify(execFile)(
    process.execPath,
    [wrangler, 'deploy', '--dry-run', '--minify', '--outdir', folder, '-c', configPath],
    {
      cwd: root,
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: '1' },
    },
  );
  const server = createTestHarness({
    root,
    workers: [{ configPath, prebuiltWorkerDir: folder, vars }],
  });
  const { url } = await server.listen();
  return {
    url,
    fetch: (path, init) => fetch(new URL(path, url), init),
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
