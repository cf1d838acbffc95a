// Builds the page of `src/web` into `public`: `index.html` and `page/`, with small copies of the sample pictures. `npm start`, deployments and tests build it if it is not current.
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readArguments } from './command-line.ts';
import { isCurrent } from './glue/is-current.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The result of the work that the page opens with: the README's first example. */
const FIRST_RESULT = 'docs/examples/hybrid.webp';

const isPageCurrent = (): boolean =>
  isCurrent({
    root,
    files: ['public/index.html', 'public/page/index.js'],
    sources: [
      'src/web/**/*',
      'public/samples/*',
      FIRST_RESULT,
      'src/client/**/*.ts',
      'package-lock.json',
      'scripts/page.ts',
    ],
  });

/** Writes `public/index.html` and `public/page`. */
export async function buildPage(): Promise<void> {
  const { build } = await import('vite');
  await rm(`${root}/public/page`, { recursive: true, force: true });
  await build({
    configFile: false,
    root: `${root}/src/web`,
    publicDir: false,
    logLevel: 'warn',
    build: {
      outDir: `${root}/public`,
      // The sample pictures are there, too.
      emptyOutDir: false,
      target: 'es2023',
      // What would be inlined is refused by the page's security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: {
        output: {
          entryFileNames: 'page/[name].js',
          chunkFileNames: 'page/[name].js',
          assetFileNames: 'page/[name][extname]',
        },
      },
    },
  });
  await writeThumbnails();
  await copyFile(`${root}/${FIRST_RESULT}`, `${root}/public/page/first.webp`);
}

/** Edge of the small copies, in pixels. */
const THUMBNAIL = 144;

/** Small copies of the sample pictures, so that opening the page renders nothing but the result. */
async function writeThumbnails(): Promise<void> {
  const { default: sharp } = await import('sharp');
  const from = `${root}/public/samples`;
  const to = `${root}/public/page/samples`;
  await mkdir(to, { recursive: true });
  await Promise.all(
    (await readdir(from)).map((name) =>
      sharp(`${from}/${name}`)
        .resize(THUMBNAIL, THUMBNAIL)
        .webp({ quality: 80 })
        .toFile(`${to}/${name}.webp`),
    ),
  );
}

/** Builds the page unless it is current. */
export async function ensurePage(): Promise<void> {
  if (!isPageCurrent()) await buildPage();
}

if (import.meta.main) {
  readArguments('usage: node scripts/page.ts', {});
  await buildPage();
}
