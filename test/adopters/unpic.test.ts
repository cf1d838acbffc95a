import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { adoptersFolder } from '../../scripts/adopters.ts';
import { attributeOf, installed, load, loadClient, origin, readSrcset } from './frameworks.ts';

const source = 'https://pictures.example/cat.jpg';
const image = { src: source, alt: 'A cat', width: 400, height: 300, operations: { plan: 'sepia' } };

const transformer = async () => {
  const { createTransformer } =
    await loadClient<typeof import('../../src/client/loaders/unpic.ts')>('tessera-client/unpic');
  return createTransformer({ origin });
};

describe.skipIf(!installed)('the transformer for unpic', () => {
  it.each(['constrained', 'fixed', 'fullWidth'])(
    'makes the srcset of the layout %s',
    async (layout) => {
      const { transformBaseImageProps } = await load<{
        transformBaseImageProps: (props: object) => { srcset: string; src: string };
      }>('@unpic/core/dist/base.mjs');
      const { width, height, ...full } = image;
      const given = layout === 'fullWidth' ? full : image;
      const made = transformBaseImageProps({ ...given, layout, transformer: await transformer() });
      for (const each of readSrcset(made.srcset))
        expect(each).toMatch(/^(\d+)w w=\1.*sepia.* https:\/\/pictures\.example\/cat\.jpg$/);
      expect(readSrcset(`${made.src} 1x`)).toHaveLength(1);
    },
  );

  it('works in @unpic/svelte, rendered on the server', async () => {
    const { compile } = await load<{
      compile: (text: string, options: object) => { js: { code: string } };
    }>('svelte/src/compiler/index.js');
    const { render } = await load<{
      render: (component: unknown, options: object) => { body: string };
    }>('svelte/src/server/index.js');
    const folder = join(adoptersFolder, 'compiled');
    const component = join(adoptersFolder, 'node_modules/@unpic/svelte/dist/base/image.svelte');
    const { js } = compile(readFileSync(component, 'utf8'), { generate: 'server' });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'image.mjs'), js.code);
    const { default: Image } = await import(pathToFileURL(join(folder, 'image.mjs')).href);
    const props = { ...image, layout: 'constrained', transformer: await transformer() };
    const { body } = await render(Image, { props });
    expect(readSrcset(attributeOf(body, 'srcset'))).toContainEqual(
      expect.stringMatching(/^800w w=800,h=600,fit=cover.*sepia/),
    );
    expect(attributeOf(body, 'alt')).toBe('A cat');
  });
});
