// Runs every block of code in `docs/client.md` against the packed client and the frameworks.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AstroImage, AstroService } from '../../src/client/loaders/astro.ts';
import type { LoaderOptions } from '../../src/client/loaders/image-urls.ts';
import type { Picture } from '../../src/client/picture.ts';
import type { Srcset } from '../../src/client/srcset.ts';
import { snippetsOf } from '../../src/web/share/snippets.ts';
import { readPath } from '../../src/web/state/plan-text.ts';
import { serviceReads } from '../client/service-reads.ts';
import { catalogue, entries } from '../web/catalogue-of-all.ts';
import { attributeOf, installed, load, loadClient, readSrcset, require } from './frameworks.ts';
import { blocks, folder, propsOf, run, svelte, writeBlocks } from './setup/doc-blocks.ts';
import { typeErrors } from './setup/type-check.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const origin = 'https://img.example.com';
const cat = 'https://shop.example.com/cat.jpg';

describe.skipIf(!installed)('the document of the client', () => {
  beforeAll(writeBlocks);
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });

  it('has no block that is not run here', () => {
    const text = readFileSync(fileURLToPath(import.meta.url), 'utf8');
    for (const { language, name } of blocks)
      expect([language, name, name !== '' && text.includes(`'${name}'`)]).toEqual([
        language,
        name,
        language !== 'sh',
      ]);
    expect(blocks.length).toBeGreaterThan(12);
  });

  it('says how to pack and install', () => {
    const { version, scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const [pack, install] = blocks.find(({ language }) => language === 'sh')!.text.split('\n');
    expect([pack, scripts.pack]).toEqual(['npm run pack -- client', 'node scripts/pack/pack.ts']);
    expect(install).toMatch(/^npm install \S+$/);
    expect(basename(install!)).toBe(`tessera-client-${version}.tgz`);
  });

  it('has blocks of TypeScript with the right types', () => {
    const names = ['urls.ts', 'pictures.ts', 'job.ts', 'signed.ts', 'image-service.ts'];
    const typed = blocks.filter(({ name }) => names.includes(name));
    expect(typed).toHaveLength(names.length);
    const files = Object.fromEntries(typed.map(({ name, text }) => [name, text]));
    const globals = 'declare const process: { env: Record<string, string | undefined> };';
    expect(typeErrors(folder, { ...files, 'globals.d.ts': globals })).toBe('');
  });

  it('shows the URLs that come out', async () => {
    const made = await run<{ url: string; small: string }>('urls.ts');
    const { text } = blocks.find(({ name }) => name === 'urls.ts')!;
    const shown = [...text.matchAll(/^\/\/ (https:\S+)$/gm)].map(([, url]) => url);
    expect([made.url, made.small]).toEqual(shown);
    for (const url of shown) expect(serviceReads(url!).source).toBe(cat);
  });

  it('makes srcset and picture', async () => {
    type Made = { fluid: Srcset; fixed: Srcset; cat: Picture };
    const { fluid, fixed, cat: made } = await run<Made>('pictures.ts');
    expect(Object.keys(fluid).toSorted()).toEqual(['height', 'sizes', 'src', 'srcset', 'width']);
    expect(readSrcset(fluid.srcset, origin)).toHaveLength(3);
    expect(readSrcset(fixed.srcset, origin)[2]).toMatch(/^3x w=400,h=300.*dpr=3/);
    expect(made.sources.map(({ type }) => type)).toEqual(['image/avif', 'image/webp']);
    const { Cat } = await run<{ Cat: () => unknown }>('Cat.jsx');
    const { renderToStaticMarkup } = require('react-dom/server');
    const html: string = renderToStaticMarkup(require('react').createElement(Cat));
    expect(html).toMatch(
      /^<picture><source type="image\/avif" srcSet=.*<img .*alt="A cat"\/><\/picture>$/,
    );
    expect(readSrcset(attributeOf(html, 'srcset'), origin)[0]).toMatch(/^400w .*f=avif/);
  });

  it('follows a job', async () => {
    const event = (id: number, type: string, data: object): string =>
      `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    const events =
      event(1, 'state', { state: 'running' }) +
      event(2, 'progress', { step: 1, steps: 2, losses: {} }) +
      event(3, 'state', { state: 'succeeded' });
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (url: string, { method = 'GET' }: RequestInit) => {
      asked.push(`${method} ${url.replace(`${origin}/v1/jobs`, '')}`);
      if (method === 'POST') return Response.json({ id: 'a1', token: 't' }, { status: 202 });
      return new Response(url.endsWith('/events') ? events : 'picture');
    });
    const said = vi.spyOn(console, 'log').mockReturnValue(undefined);
    const { result } = await run<{ result: Blob }>('job.ts');
    expect(said.mock.calls.flat()).toEqual(['running', 'step 1 of 2', 'succeeded']);
    said.mockRestore();
    expect(asked).toEqual(['POST ', 'GET /a1/events', 'GET /a1/result']);
    expect(await result.text()).toBe('picture');
  });

  it('sets up Next.js', async () => {
    const { default: config } = await run<{ default: { images: { loaderFile: string } } }>(
      'next.config.js',
    );
    const loader = 'tessera-loader.js';
    expect(config.images).toEqual({ loader: 'custom', loaderFile: `./${loader}` });
    const { default: Page } = await run<{ default: () => unknown }>('page.jsx', {
      // Next.js puts the loader's file in the place of this module.
      alias: { 'next/dist/shared/lib/image-loader': join(folder, loader) },
      packages: 'bundle',
      external: ['react', 'react-dom', 'react/*'],
      format: 'cjs',
    });
    const { renderToStaticMarkup } = require('react-dom/server');
    const html: string = renderToStaticMarkup(require('react').createElement(Page));
    const lists = [...html.matchAll(/srcset="([^"]*)"/gi)].map(([, list]) => list!);
    expect(lists).toHaveLength(2);
    for (const each of readSrcset(lists[0]!, origin))
      expect(each).toMatch(/^(\d+)w w=\1,.* https:\/\/shop\S+cat\.jpg$/);
    for (const each of readSrcset(lists[1]!, origin)) expect(each).toMatch(/pixelate.*columns=48/);
  });

  it('sets up Nuxt Image', async () => {
    vi.stubGlobal('defineNuxtConfig', (config: object) => config);
    type Config = { image: { providers: { tessera: { provider: string; options: object } } } };
    const { default: config } = await run<{ default: Config }>('nuxt.config.ts');
    const { provider, options } = config.image.providers.tessera;
    const { default: setup } =
      await loadClient<typeof import('../../src/client/loaders/nuxt.ts')>(provider);
    const { createImage } = await load<{
      createImage: (options: object) => { getSizes: (src: string, options: object) => Srcset };
    }>('@nuxt/image/dist/runtime/image.js');
    const img = createImage({
      ...{ provider: 'tessera', presets: {}, alias: {}, domains: [], densities: [1, 2] },
      providers: { tessera: { setup, defaults: options } },
      screens: { md: 768 },
    });
    const { src, width, height, sizes, modifiers } = propsOf('cat.vue', 'NuxtImg');
    const made = img.getSizes(src as string, {
      sizes,
      modifiers: { width, height, ...(modifiers as object) },
    });
    const read = readSrcset(made.srcset, origin);
    expect(read).toContainEqual(
      expect.stringMatching(/^800w w=800,h=600,fit=cover,gravity=auto.*sepia.* https:\/\/shop/),
    );
  });

  it('sets up Astro', async () => {
    type Config = { image: { service: { entrypoint: string; config: LoaderOptions } } };
    const { default: config } = await run<{ default: Config }>('astro.config.mjs');
    const { default: service } = await loadClient<{ default: AstroService }>(
      config.image.service.entrypoint,
    );
    const image = propsOf('cat.astro', 'Image') as AstroImage;
    const { getImage } = await load<{
      getImage: (image: object, config: object) => Promise<{ srcSet: { attribute: string } }>;
    }>('astro/dist/assets/internal.js');
    const astro = globalThis as { astroAsset?: { imageService: AstroService } | undefined };
    astro.astroAsset = { imageService: service };
    const made = await getImage(image, { domains: [], remotePatterns: [], ...config.image });
    astro.astroAsset = undefined;
    for (const each of readSrcset(made.srcSet.attribute, origin))
      expect(each).toMatch(/^(\d+)w w=\1,h=\d+,fit=cover,gravity=0x0.*sepia.* https:\/\/shop/);
  });

  it('sets up Svelte', async () => {
    const { compile } = await load<{ compile: Parameters<typeof svelte>[0] }>(
      'svelte/src/compiler/index.js',
    );
    const { default: Cat } = await run<{ default: unknown }>('Cat.svelte', {
      plugins: [svelte(compile)],
      conditions: ['svelte'],
      packages: 'bundle',
      external: ['svelte', 'svelte/*'],
    });
    const { render } = await load<{ render: (component: unknown) => { body: string } }>(
      'svelte/src/server/index.js',
    );
    const list = attributeOf((await render(Cat)).body, 'srcset');
    for (const each of readSrcset(list, origin)) expect(each).toMatch(/^(\d+)w w=\1.*sepia/);
  });

  it('signs on the server', async () => {
    vi.stubEnv('SIGNING_KEYS', '00ff:0123');
    type Made = { attributes: Srcset; urls: Record<string, string> };
    const { attributes, urls } = await run<Made>('signed.ts');
    expect(attributes.srcset).toMatch(/^\S+\/t\/s:[\w-]{43}\/exp=\d+\/w=400\S+ 400w, \S+ 800w$/);
    expect(Object.keys(urls)).toEqual(['640', '828', '1200']);
    for (const url of Object.values(urls)) expect(url).toMatch(/\/t\/s:[\w-]{43}\/w=/);
    const { default: service } = await run<{ default: AstroService }>('image-service.ts');
    const config = { service: { config: {} } };
    expect(await service.getURL({ src: cat, width: 9 }, config)).toMatch(/\/t\/s:[\w-]{43}\/w=9\//);
  });

  it('uses presets instead of signatures', async () => {
    const { text } = blocks.find(({ name }) => name === 'preset-loader.js')!;
    const [, presets = '', only = ''] = /PRESETS=(\{.*\}) PRESETS_ONLY=(\w+)/.exec(text) ?? [];
    type Loader = (request: { src: string; width: number; quality?: number }) => string;
    const { default: loader } = await run<{ default: Loader }>('preset-loader.js');
    const vars = { PRESETS: presets, PRESETS_ONLY: only };
    const widths = [16, 401].map((width) => loader({ src: cat, width, quality: 75 }));
    expect(widths.map((url) => serviceReads(url, vars).plan)).toEqual([
      expect.stringMatching(/^w=400\b.*q=75/),
      expect.stringMatching(/^w=1200\b.*q=75/),
    ]);
  });
});

describe.skipIf(!installed)('client code that the page copies', () => {
  it('runs with the packed client', async () => {
    const path = entries.find(({ name }) => name === 'hybrid')!.example;
    const { work } = readPath(path, catalogue);
    const made = snippetsOf(work, { origin, catalogue, size: undefined, parts: new Map() });
    const of = (name: string): string => made.find((each) => each.name === name)!.text;
    writeFileSync(join(folder, 'snippet.js'), `${of('client')}\nexport { url };\n`);
    const { url } = await run<{ url: string }>('snippet.js');
    expect(serviceReads(url)).toEqual(serviceReads(of('url')));
  });
});
