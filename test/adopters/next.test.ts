import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { probe } from '../../src/codecs/probe/probe.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { createInMemoryService } from '../helpers/services/in-memory-service.ts';
import { attributeOf, installed, loadClient, origin, readSrcset, require } from './frameworks.ts';

describe.skipIf(!installed)('the loader for next/image', () => {
  const source = 'https://pictures.example/cat.jpg?v=1&w=2';
  const props = async (options: object, image: object) => {
    const { createLoader } =
      await loadClient<typeof import('../../src/client/loaders/next.ts')>('tessera-client/next');
    const loader = createLoader({ origin, ...options });
    return { loader, src: source, alt: '', width: 300, height: 200, ...image };
  };

  it('makes both densities of a picture of fixed size', async () => {
    const { getImageProps } = require('next/image');
    const { props: made } = getImageProps(await props({}, { quality: 75 }));
    expect(readSrcset(made.srcSet)).toEqual([
      expect.stringMatching(/^1x w=384.*q=75.* https:\/\/pictures\.example\/cat\.jpg\?v=1&w=2$/),
      expect.stringMatching(/^2x w=640/),
    ]);
  });

  it('makes every width of a picture with sizes, in the element that is rendered', async () => {
    const { createElement } = require('react');
    const { renderToStaticMarkup } = require('react-dom/server');
    const { default: Image } = require('next/image');
    const given = await props({ plan: 'pixelate,columns=48' }, { sizes: '50vw' });
    const html = renderToStaticMarkup(createElement(Image, given));
    const read = readSrcset(attributeOf(html, 'srcset'));
    expect(read.length).toBeGreaterThan(5);
    for (const each of read) expect(each).toMatch(/^(\d+)w w=\1.*pixelate.*columns=48/);
    expect(attributeOf(html, 'sizes')).toBe('50vw');
  });

  it('makes URLs that the service answers with pictures', async () => {
    const { getImageProps } = require('next/image');
    const { props: made } = getImageProps(
      await props({ format: 'webp' }, { src: 'asset:chess.jpg' }),
    );
    const service = createInMemoryService({
      codecs: await loadCodecs(),
      asset: async (name) => new Response(await readFile(`public/samples/${name}`)),
    });
    const answer = await service.ask(made.src.slice(origin.length));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp']);
    const picture = probe(new Uint8Array(await answer.arrayBuffer()));
    expect(picture).toMatchObject({ width: 640, height: 640 });
  });

  it('finds imported pictures on the own site', async () => {
    const { getImageProps } = require('next/image');
    const imported = { src: '/_next/static/media/cat.1a2b.jpg', width: 600, height: 400 };
    const { props: made } = getImageProps(
      await props({ site: 'https://shop.example' }, { src: imported }),
    );
    for (const each of readSrcset(made.srcSet))
      expect(each).toMatch(/ https:\/\/shop\.example\/_next\/static\/media\/cat\.1a2b\.jpg$/);
  });
});
