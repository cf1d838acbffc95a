import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { picture } from '../../src/client/picture.ts';
import { type SourcePlan, srcset } from '../../src/client/srcset.ts';
import { candidatesOf, serviceReads } from './service-reads.ts';

const keys = '00ff:0123';
const tessera = createClient({ origin: 'https://tessera.example', keys });
const plan = tessera.from('https://pictures.example/a,b.jpg?v=1,');
const cover = plan.options({ w: 400, h: 300, fit: 'cover' }).sepia();

describe('srcset', () => {
  it('lists the widths, each in a URL that the service reads', () => {
    const {
      srcset: list,
      src,
      sizes,
    } = srcset(plan.sepia(), { widths: [200, 400], sizes: '50vw' });
    const candidates = candidatesOf(list);
    expect(candidates.map(({ descriptor }) => descriptor)).toEqual(['200w', '400w']);
    for (const { url, descriptor } of candidates) {
      const { plan: read, source } = serviceReads(url);
      expect(read).toMatch(new RegExp(`^w=${descriptor.slice(0, -1)}\\b.*sepia`));
      expect(source).toBe('https://pictures.example/a,b.jpg?v=1,');
    }
    expect([src, sizes]).toEqual([candidates[1]!.url, '50vw']);
  });

  it('has widths and sizes if none are given, and no size that nobody knows', () => {
    const made = srcset(plan);
    expect(candidatesOf(made.srcset)).toHaveLength(3);
    expect(Object.keys(made)).toEqual(['srcset', 'src', 'sizes']);
  });

  it('keeps the shape of a plan at every width, and tells it', () => {
    const { srcset: list, width, height } = srcset(cover, { widths: [400, 800] });
    expect([width, height]).toEqual([400, 300]);
    expect(serviceReads(candidatesOf(list)[1]!.url).plan).toMatch(/^w=800,h=600,fit=cover/);
  });

  it('lists densities of one size', () => {
    const made = srcset(cover, { densities: [1, 1.5, 2] });
    expect(candidatesOf(made.srcset).map(({ descriptor }) => descriptor)).toEqual([
      '1x',
      '1.5x',
      '2x',
    ]);
    expect(made.src).toBe(candidatesOf(made.srcset)[0]!.url);
    expect(made).not.toHaveProperty('sizes');
    expect(serviceReads(candidatesOf(made.srcset)[2]!.url).plan).toMatch(/dpr=2/);
  });

  it.each([
    { widths: [] },
    { widths: [400, 200] },
    { widths: [200, 200] },
    { widths: [0] },
    { widths: [1.5] },
    { widths: [12_001] },
    { widths: [Number.NaN] },
  ])('refuses %j', (options) => {
    expect(() => srcset(plan, options)).toThrow(/^widths: expected whole numbers from 1 to 12000/);
  });

  it('refuses densities that make no sense, and plans without size or source', () => {
    expect(() => srcset(cover, { densities: [0.5] })).toThrow(
      /^densities: expected numbers from 1 to 3/,
    );
    expect(() => srcset(cover, { densities: [4] })).toThrow(/^densities:/);
    expect(() => srcset(plan.sepia(), { densities: [1] })).toThrow(
      /^densities: expected a plan with w or h/,
    );
    const upload = tessera.upload() as unknown as SourcePlan;
    expect(() => srcset(upload)).toThrow(/^plan: expected a plan with a source/);
  });
});

describe('picture', () => {
  it('has a source for each format, and a fallback', () => {
    const { sources, img } = picture(cover, { widths: [400, 800], sizes: '400px' });
    expect(sources.map(({ type, sizes }) => [type, sizes])).toEqual([
      ['image/avif', '400px'],
      ['image/webp', '400px'],
    ]);
    const formats = [...sources, img].map(({ srcset: list }) =>
      candidatesOf(list).map(({ url }) => /f=\w+/.exec(serviceReads(url).plan)![0]),
    );
    expect(formats).toEqual([
      ['f=avif', 'f=avif'],
      ['f=webp', 'f=webp'],
      ['f=jpeg', 'f=jpeg'],
    ]);
    expect(img).toMatchObject({ width: 400, height: 300, sizes: '400px' });
  });

  it('takes other formats in place of those of the plan', () => {
    const { sources, img } = picture(plan.options({ f: 'gif', w: 100 }), {
      formats: ['webp'],
      fallback: 'png',
      densities: [1, 2],
    });
    expect(sources).toHaveLength(1);
    expect(sources[0]).not.toHaveProperty('sizes');
    expect(serviceReads(img.src).plan).toContain('f=png');
  });

  it('refuses formats that are none, and any of them twice', () => {
    expect(() => picture(plan, { formats: ['json' as 'webp'] })).toThrow(
      /^format: expected auto, avif/,
    );
    expect(() => picture(plan, { formats: ['webp', 'webp'] })).toThrow(
      /^formats: expected each format once/,
    );
    expect(() => picture(plan, { formats: ['jpeg'] })).toThrow(/^formats:/);
    expect(() => picture(plan, { formats: ['auto' as 'webp'] })).toThrow(/^formats:/);
  });
});

describe('attributes of pictures', () => {
  it('are signed URL by URL', async () => {
    const made = picture(cover, { widths: [400, 800] });
    const signed = await tessera.signAll(made, { expires: 2e9 });
    expect(signed.sources.map(({ type }) => type)).toEqual(['image/avif', 'image/webp']);
    for (const [i, { url, descriptor }] of candidatesOf(signed.img.srcset).entries()) {
      const plain = candidatesOf(made.img.srcset)[i]!;
      expect(url).toBe(await tessera.sign(plain.url, { expires: 2e9 }));
      expect(descriptor).toBe(plain.descriptor);
    }
    expect(signed.img.src).toMatch(/\/t\/s:[\w-]{43}\/exp=2000000000\//);
    expect(signed.img).toMatchObject({ width: 400, height: 300 });
  });

  it('are not signed without keys', async () => {
    const { signAll } = createClient({ origin: 'https://tessera.example' });
    await expect(signAll(srcset(plan))).rejects.toMatchObject({ code: 'bad_signature' });
    expect(await signAll({ src: 'https://elsewhere.example/a.png' })).toEqual({
      src: 'https://elsewhere.example/a.png',
    });
  });
});
