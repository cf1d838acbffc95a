// Bundles the Worker as `wrangler deploy` does, once for all tests that start it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureGlue } from '../../../scripts/glue.ts';
import { ensurePage } from '../../../scripts/page.ts';
import { ensureSite } from '../../../scripts/site/site.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const config = join(root, 'wrangler.jobs.toml');

/** The file in a bundle's folder with the options of Miniflare that follow from `wrangler.jobs.toml`. */
export const OPTIONS_FILE = 'options.json';

/** The environment variable that names the folder of a bundle. */
export const BUNDLE_FOLDER = 'TESSERA_BUNDLE';

/** Writes the minified bundle with its WASM modules, and its options, into a folder. Throws if wrangler fails. */
export async function buildWorker(folder: string): Promise<void> {
  // wrangler warns if the secrets that a deployment needs are missing.
  process.env.SIGNING_KEYS ??= '';
  process.env.GPU_SECRET ??= '';
  // The site's process would otherwise write the modules anew while wrangler reads them.
  await ensureGlue();
  const { unstable_getMiniflareWorkerOptions: optionsOf } = await import('wrangler');
  const [{ workerOptions }] = await Promise.all([
    optionsOf(config),
    bundle(folder),
    ensurePage(),
    ensureSite(),
  ]);
  await writeFile(join(folder, OPTIONS_FILE), JSON.stringify(workerOptions));
}

async function bundle(folder: string): Promise<void> {
  const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js');
  const args = ['deploy', '--dry-run', '--minify', '--config', config, '--outdir', folder];
  const child = spawn(process.execPath, [wrangler, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => {
      text += piece;
    });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`wrangler deploy --dry-run ended with ${code}:\n${text}`);
}
