import { afterAll, describe, expect, it } from 'vitest';
import type { AstroService } from '../../src/client/loaders/astro.ts';
import { candidatesOf, serviceReads } from '../client/service-reads.ts';
import { installed, load, loadClient, origin, readSrcset } from './frameworks.ts';

type Made = { src: string; srcSet: { attribute: string }; attributes: Record<string, unknown> };

const client = () =>
  loadClient<typeof import('../../src/client/loaders/astro.ts')>('tessera-client/astro');
const astro = globalThis as { astroAsset?: { imageService: AstroService } | undefined };

/** Astro's own `getImage`, with this service. */
async function getImage(service: AstroService, config: object, image: object): Promise<Made> {
  const { getImage: get } = await load<{
    getImage: (image: object, config: object) => Promise<Made>;
  }>('astro/dist/assets/internal.js');
  astro.astroAsset = { imageService: service };
  return get(image, { service: { config }, domains: [], remotePatterns: [] });
}

const imported = { src: '/_astro/cat.1a2b.jpg', width: 1600, height: 900, format: 'jpg' };
const remote = { src: 'https://pictures.example/cat.jpg', width: 400, height: 300, alt: 'A cat' };

describe.skipIf(!installed)('the image service for Astro', () => {
  afterAll(() => {
    astro.astroAsset = undefined;
  });

  it('makes the widths of a layout, with the attributes of the element', async () => {
    const { default: service } = await client();
    const made = await getImage(
      service,
      { origin },
      {
        ...remote,
        ...{ layout: 'constrained', position: 'left top', quality: 'high', plan: 'sepia' },
      },
    );
    const read = readSrcset(made.srcSet.attribute);
    expect(read.length).toBeGreaterThan(2);
    for (const each of read)
      expect(each).toMatch(
        /^(\d+)w w=\1,h=\d+,fit=cover,gravity=0x0.*sepia.*q=80.* https:\/\/pictures/,
      );
    expect(made.attributes).toMatchObject({
      alt: 'A cat',
      width: 400,
      height: 300,
      loading: 'lazy',
    });
    for (const name of ['plan', 'quality', 'position', 'layout', 'src', 'widths'])
      expect(made.attributes).not.toHaveProperty(name);
  });

  it('makes densities and formats of an imported picture in its own shape', async () => {
    const { default: service } = await client();
    const made = await getImage(
      service,
      { origin, site: 'https://shop.example' },
      {
        ...{ src: imported, width: 400, densities: [1.5, '2x'], format: 'avif', alt: '' },
      },
    );
    expect(readSrcset(made.srcSet.attribute)).toEqual([
      expect.stringMatching(
        /^1\.5x w=600,h=338.*f=avif.* https:\/\/shop\.example\/_astro\/cat\.1a2b\.jpg$/,
      ),
      expect.stringMatching(/^2x w=800,h=450/),
    ]);
    expect(made.attributes).toMatchObject({ width: 400, height: 225 });
  });

  it('never makes an imported picture wider than it is', async () => {
    const { default: service } = await client();
    const made = await getImage(
      service,
      { origin, site: 'https://shop.example' },
      {
        ...{ src: imported, widths: [3000, 800, 2000], alt: '' },
      },
    );
    expect(candidatesOf(made.srcSet.attribute).map(({ descriptor }) => descriptor)).toEqual([
      '800w',
      '1600w',
    ]);
  });

  it('leaves drawings in SVG alone, and refuses pictures without an address', async () => {
    const { default: service } = await client();
    const drawing = { src: '/_astro/a.svg', width: 10, height: 10, format: 'svg' };
    expect((await getImage(service, { origin }, { src: drawing, alt: '' })).src).toBe(
      '/_astro/a.svg',
    );
    await expect(getImage(service, { origin }, { src: '', alt: '' })).rejects.toThrow(
      /^src: expected/,
    );
    await expect(getImage(service, {}, remote)).rejects.toThrow(/^origin: expected/);
  });

  it('signs if it has keys, which are never in the page', async () => {
    const { createImageService } = await client();
    const service = createImageService({ origin, keys: '00ff:0123' });
    const made = await getImage(service, {}, { ...remote, densities: [1, 2] });
    for (const { url } of candidatesOf(made.srcSet.attribute)) {
      expect(url).toMatch(/\/t\/s:[\w-]{43}\/w=/);
      expect(serviceReads(url).source).toBe(remote.src);
    }
    expect(JSON.stringify(made)).not.toMatch(/00ff|0123/);
  });
});
