// `npm run site`: builds the documentation into `public/docs`, as files with relative links. `npm start`, deployments and tests build it if it
// is not current.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimes } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from '../command-line.ts';
import { isCurrent } from '../glue/is-current.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const USAGE = `usage: npm run site -- [--out <folder>] [--playground <URL>] [--base <path>]
  --out         the folder to write; public/docs, where the service serves it, unless given
  --playground  address of the playground that examples open; ../ unless given
  --base        the path under which the site is served, for its page of missing addresses; /docs/ unless given`;

const OPTIONS = {
  out: { type: 'string', default: 'public/docs' },
  playground: { type: 'string', default: '../' },
  base: { type: 'string', default: '/docs/' },
} as const;

const isSiteCurrent = (): boolean =>
  isCurrent({
    root,
    files: ['public/docs/index.html'],
    sources: [
      '*.md',
      '{docs,bench,models,src/gpu}/**/*.md',
      'docs/**/*.{webp,png}',
      'src/{effects,plan,web/docs,web/design,http/catalogue}/**/*',
      'src/{config,errors,http/caching}.ts',
      'public/samples/*',
      'models/*',
      'scripts/{site,gallery}/**/*',
      'scripts/{site,examples,docs/tables}.ts',
      'package-lock.json',
    ],
  });

/** Builds the site unless it is current, in a process of its own: the pictures need tf.js on WebAssembly, and tests run on another backend. */
export async function ensureSite({
  report = () => {},
}: {
  report?: (line: string) => void;
} = {}): Promise<void> {
  if (isSiteCurrent()) return;
  report('Building the documentation. The first time, its pictures take half a minute.');
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`npm run site ended with ${code}`);
}

if (import.meta.main) {
  const { values } = readArguments(USAGE, { options: OPTIONS });
  const { ensureGlue } = await import('../glue.ts');
  await ensureGlue();
  const { buildSite } = await import('./build.ts');
  const out = resolve(values.out);
  const { pages, files, bytes, painted } = await buildSite({ ...values, out });
  // Files that did not change keep their times; this one tells when the site was built.
  const now = new Date();
  await utimes(`${out}/index.html`, now, now);
  console.log(
    `${values.out}: ${pages} pages, ${files} files, ${(bytes / 1e6).toFixed(1)} MB; ${painted} pictures rendered`,
  );
}
