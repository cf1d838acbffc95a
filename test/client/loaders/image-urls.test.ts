import { describe, expect, it } from 'vitest';
import { createClient } from '../../../src/client/client.ts';
import { imageUrls } from '../../../src/client/loaders/image-urls.ts';
import { serviceReads } from '../service-reads.ts';

const origin = 'https://tessera.example';
const site = 'https://shop.example/fr/';
const cat = 'https://pictures.example/cat.jpg';

describe('the URL for an image component', () => {
  it('has the width, and what else is asked for', () => {
    const urlOf = imageUrls({ origin });
    expect(urlOf(cat, { width: 640 })).toBe(`${origin}/t/w=640/${cat}`);
    expect(urlOf(cat, { width: 640, quality: 75 })).toBe(`${origin}/t/w=640,q=75/${cat}`);
    expect(urlOf(cat, {})).toBe(`${origin}/t/${cat}`);
    const url = urlOf(cat, {
      width: '640',
      height: 480.4,
      quality: '75',
      format: 'jpg',
      fit: 'fill',
      gravity: '0.3x0.2',
      background: 'rgb(1, 2, 3)',
      blur: 5,
    });
    const { plan } = serviceReads(url);
    expect(plan).toMatch(/w=640,h=480,fit=squeeze.*blur=5/);
    expect(plan).toMatch(/f=jpeg.*q=75|q=75.*f=jpeg/);
  });

  it('crops if width and height are given, unless somebody says otherwise', () => {
    const both = { width: 64, height: 48 };
    expect(imageUrls({ origin })(cat, both)).toContain('w=64,h=48,fit=cover/');
    expect(imageUrls({ origin })(cat, { ...both, fit: 'pad' })).toContain('fit=pad/');
    expect(imageUrls({ origin, plan: 'fit=squeeze' })(cat, both)).toContain(
      '/fit=squeeze,w=64,h=48/',
    );
  });

  it('has the plan of all pictures, or that of the request', () => {
    const plan = createClient({ origin }).upload().pixelate({ columns: 48 });
    const urlOf = imageUrls({ origin, plan, quality: 60, format: 'webp' });
    expect(urlOf(cat, { width: 640 })).toBe(
      `${origin}/t/w=640/pixelate,columns=48/f=webp,q=60/${cat}`,
    );
    expect(urlOf(cat, { width: 640, plan: 'sepia', quality: 9 })).toBe(
      `${origin}/t/w=640/sepia/f=webp,q=9/${cat}`,
    );
    expect(urlOf(cat, { plan: '', format: 'auto' })).toBe(`${origin}/t/f=auto,q=60/${cat}`);
  });

  it('keeps the plan of a source that is a URL of the service', () => {
    const own = createClient({ origin })
      .from('asset:a.png')
      .options({ w: 900, h: 300 })
      .sepia()
      .url();
    const urlOf = imageUrls({ origin, plan: 'grayscale' });
    expect(urlOf(own, { width: 300 })).toBe(`${origin}/t/w=300,h=100/sepia/asset:a.png`);
    const wrapped = createClient({ origin })
      .from(`${cat}?a=asset:b`)
      .hybrid({ far: 'asset:b.png' })
      .url();
    expect(urlOf(wrapped, { width: 300 })).toBe(
      `${origin}/t/w=300/hybrid,far=asset:b.png/${cat}?a=asset:b`,
    );
    const elsewhere = 'https://other.example/t/w=900/asset:a.png';
    expect(urlOf(elsewhere, { width: 300 })).toBe(`${origin}/t/w=300/grayscale/${elsewhere}`);
  });

  it('refuses URLs of the service that are signed, because the signature covers the size', () => {
    const signed = `${origin}/t/s:${'A'.repeat(43)}/w=900/asset:a.png`;
    expect(() => imageUrls({ origin })(signed, { width: 300 })).toThrow(/without signature/);
    expect(() => imageUrls({ origin })(`${origin}/t/w=900`, { width: 300 })).toThrow(/source/);
  });

  it.each([
    ['/img/a.jpg', 'https://shop.example/img/a.jpg'],
    ['img/a.jpg', 'https://shop.example/fr/img/a.jpg'],
    ['//cdn.example/a.jpg', 'https://cdn.example/a.jpg'],
    ['asset:a.jpg', 'asset:a.jpg'],
    ['r2:a/b.jpg', 'r2:a%2Fb.jpg'],
    [cat, cat],
  ])('finds %s from the own site at %s', (source, found) => {
    const { source: read } = serviceReads(imageUrls({ origin, site })(source, { width: 1 }));
    expect(read).toBe(decodeURIComponent(found));
  });

  it('finds paths under the base of the service if there is no site', () => {
    const urlOf = imageUrls({ origin });
    const vars = { SOURCE_BASE: 'https://files.example/shop' };
    for (const path of ['/img/a b.jpg', 'img/a b.jpg'])
      expect(serviceReads(urlOf(path, { width: 1 }), vars).source).toMatch(
        /^https:\/\/files.example\/shop\/img\/a(?: |%20)b.jpg$/,
      );
    expect(urlOf('//cdn.example/a.jpg', {})).toContain('/t/https://cdn.example/a.jpg');
  });

  it('names the narrowest preset that is wide enough, and no size', () => {
    const presets = { 320: 'small', 640: 'middle', 1280: 'large' };
    const vars = {
      PRESETS_ONLY: 'true',
      PRESETS: '{"small":"w=320","middle":"w=640/sepia","large":"w=1280"}',
    };
    const urlOf = imageUrls({ origin, presets });
    expect(urlOf(cat, { width: 300 })).toBe(`${origin}/t/p=small/${cat}`);
    expect(urlOf(cat, { width: 321, quality: 75 })).toBe(`${origin}/t/p=middle,q=75/${cat}`);
    expect(urlOf(cat, { width: 5000 })).toContain('/t/p=large/');
    expect(urlOf(cat, {})).toContain('/t/p=large/');
    for (const width of [16, 640, 4000])
      expect(serviceReads(urlOf(cat, { width, quality: 70 }), vars).plan).toMatch(/w=\d+/);
    expect(() => imageUrls({ origin, presets, plan: 'sepia' })).toThrow(/^presets:/);
    expect(() => urlOf(cat, { width: 9, plan: 'sepia' })).toThrow(/^presets:/);
    expect(() => imageUrls({ origin, presets: {} })(cat, { width: 9 })).toThrow(/^presets:/);
  });

  it.each([
    [{ width: 0 }, /^width: expected a number from 1 to 12000, got "0"/],
    [{ width: '100%' }, /^width:/],
    [{ height: 20_000 }, /^height:/],
    [{ quality: 101 }, /^quality: expected a number from 1 to 100/],
    [{ format: 'tiff' }, /^format: expected auto, avif, webp, jpeg, png, gif, got "tiff"/],
    [{ fit: 'outside' }, /^fit: expected scale-down/],
  ])('is refused for %j', (request, message) => {
    expect(() => imageUrls({ origin })(cat, request)).toThrow(message);
  });

  it('is refused for sources and origins that are none', () => {
    expect(() => imageUrls({ origin })('ftp://a.example/b', {})).toThrow(/^source: expected/);
    expect(() => imageUrls({ origin: 'tessera.example' })).toThrow(/^origin: expected/);
  });
});
