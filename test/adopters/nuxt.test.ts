import { describe, expect, it } from 'vitest';
import { installed, load, loadClient, origin, readSrcset } from './frameworks.ts';

type Img = {
  (source: string, modifiers?: object): string;
  getSizes: (source: string, options: object) => { srcset: string; sizes: string; src: string };
};

async function createImg(defaults: object): Promise<Img> {
  const { createImage } = await load<{ createImage: (options: object) => Img }>(
    '@nuxt/image/dist/runtime/image.js',
  );
  const { default: setup } =
    await loadClient<typeof import('../../src/client/loaders/nuxt.ts')>('tessera-client/nuxt');
  return createImage({
    provider: 'tessera',
    providers: { tessera: { setup, defaults: { origin, ...defaults } } },
    presets: {},
    alias: {},
    domains: [],
    screens: { sm: 640, md: 768, lg: 1024 },
    densities: [1, 2],
  });
}

describe.skipIf(!installed)('the provider for Nuxt Image', () => {
  it('makes every size of a picture', async () => {
    const img = await createImg({ plan: 'sepia' });
    const made = img.getSizes('https://pictures.example/cat.jpg', {
      sizes: 'sm:100vw md:50vw lg:400px',
      modifiers: { width: 400, height: 300, quality: 70, format: 'webp' },
    });
    expect(made.sizes).toContain('400px');
    for (const each of readSrcset(made.srcset)) {
      const [, width = '', w, h] = /^(\d+)w w=(\d+),h=(\d+),fit=cover/.exec(each) ?? [];
      expect([w, h]).toEqual([width, String(Math.round(Number(width) * 0.75))]);
      expect(each).toMatch(/sepia.*f=webp.*q=70.* https:\/\/pictures\.example\/cat\.jpg$/);
    }
  });

  it('makes the densities of a picture without sizes', async () => {
    const img = await createImg({});
    const made = img.getSizes('asset:chess.jpg', { modifiers: { width: 300 } });
    expect(readSrcset(made.srcset)).toEqual([
      expect.stringMatching(/^1x w=300.* asset:chess\.jpg$/),
      expect.stringMatching(/^2x w=600/),
    ]);
  });

  it('takes a plan and a gravity as modifiers, and the site of relative sources', async () => {
    const img = await createImg({ site: 'https://shop.example' });
    const url = img('/cat.jpg', {
      width: 90,
      height: 90,
      gravity: 'auto',
      plan: 'pixelate,block=8',
    });
    expect(readSrcset(`${url} 1x`)).toEqual([
      expect.stringMatching(
        /^1x w=90,h=90,fit=cover,gravity=auto.*pixelate,block=8.* https:\/\/shop\.example\/cat\.jpg$/,
      ),
    ]);
  });

  it('says if the origin is missing', async () => {
    const img = await createImg({ origin: undefined });
    expect(() => img('asset:a.png')).toThrow(/^origin: expected https/);
  });
});
