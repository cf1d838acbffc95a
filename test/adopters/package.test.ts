import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, inject, it } from 'vitest';
import { typeErrors } from './setup/type-check.ts';

const project = inject('emptyProject');
const folder = join(project, 'node_modules/tessera-client');
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const entries = Object.keys(manifest.exports).map((entry) =>
  entry.replace(/^\./, 'tessera-client'),
);
const loaders = entries.filter((entry) => entry !== 'tessera-client');

/** Bytes of these entries in one bundle, after gzip. */
async function sizeOf(names: readonly string[]): Promise<number> {
  const contents = names.map((name, i) => `export * as a${i} from '${name}';`).join('\n');
  const { outputFiles, warnings } = await build({
    stdin: { contents, resolveDir: project },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  expect(warnings).toEqual([]);
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

describe('the packed client', () => {
  it('is installed alone: without dependencies, scripts and files that it does not need', () => {
    expect(
      readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.')),
    ).toEqual(['tessera-client']);
    for (const field of ['dependencies', 'peerDependencies', 'optionalDependencies', 'scripts'])
      expect(manifest).not.toHaveProperty(field);
    expect(manifest).toMatchObject({ type: 'module', license: 'MIT', sideEffects: false });
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const others = files.filter((file) => /\.\w+$/.test(file) && !/\.(?:d\.ts|js)$/.test(file));
    expect(others.toSorted()).toEqual(['README.md', 'package.json']);
    expect(files).toContain('LICENSE');
    expect(files.filter((file) => /^(?:http|jobs)\/.*\.js$/.test(file))).toEqual([]);
  });

  it('is small', async () => {
    const whole = await sizeOf(['tessera-client']);
    expect(whole).toBeLessThan(6000);
    for (const loader of loaders) {
      const added = (await sizeOf(['tessera-client', loader])) - whole;
      expect([loader, added < (loader.endsWith('astro') ? 2000 : 1000)]).toEqual([loader, true]);
    }
  });

  it.each([
    ['bundlers', { module: 'ESNext', moduleResolution: 'Bundler', lib: ['ES2022', 'DOM'] }],
    ['Node', { module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['ES2022', 'DOM'] }],
    ['workers', { module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['ES2022', 'WebWorker'] }],
  ])('has types that are complete, for %s', (_, options) => {
    const right = `
      import { AppError, createClient, picture, srcset, type JobEvent, type Picture } from 'tessera-client';
      import service from 'tessera-client/astro';
      import { createLoader } from 'tessera-client/next';
      import provider from 'tessera-client/nuxt';
      import { createTransformer } from 'tessera-client/unpic';
      const tessera = createClient({ origin: 'https://a.example' });
      const plan = tessera.from('asset:a.png').pixelate({ block: 8 }).options({ w: 64, fit: 'cover' });
      const made: Picture = picture(plan, { widths: [64, 128], formats: ['avif'] });
      const text: string = srcset(plan, { densities: [1, 2] }).srcset;
      async function follow(id: string): Promise<void> {
        for await (const event of tessera.jobs.events(id)) {
          const each: JobEvent = event;
          if (event.type === 'progress') event.data.losses.total?.toFixed(2);
        }
        (await tessera.jobs.state(id)).result?.url.length;
      }
      const url: string = createLoader({ origin: '' })({ src: 'a', width: 1 });
      createTransformer({ origin: '' })('a', { width: 1, fit: 'cover' });
      provider().getImage('a', { modifiers: { width: 1, plan: 'sepia' } }).url.length;
      service.getSrcSet({ src: 'a' }).length;
      new AppError('busy', '').code satisfies string;`;
    const wrong = `
      import { createClient, picture, srcset } from 'tessera-client';
      const { from, upload } = createClient({ origin: 'https://a.example' });
      srcset(from('a'), { densities: [1], widths: [2] });
      srcset(upload());
      picture(from('a'), { formats: ['bmp'] });
      from('a').at({ blur: 3 });`;
    const files = { 'right.ts': right, 'wrong.ts': wrong };
    // The compiler reads the package's declarations, too.
    const text = typeErrors(project, files, { ...options, skipLibCheck: false });
    const lines = [...text.matchAll(/^(\S+)\((\d+),\d+\): error/gm)];
    expect([...new Set(lines.map(([, file, line]) => `${file}:${line}`))]).toEqual(
      [4, 5, 6, 7].map((line) => `wrong.ts:${line}`),
    );
  });
});
