// Checks that rewritten glue gives the codecs the same bytes as the package's.
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { copyAtOnce } from '../../../scripts/glue/copy-at-once.ts';
import { glueFiles } from '../../../scripts/glue.ts';
import { type EmscriptenFactory, startEmscripten } from '../../../src/codecs/wasm/emscripten.ts';

const root = new URL('../../../', import.meta.url);
const files = Object.entries(glueFiles);
const original = (file: string) => readFile(new URL(`node_modules/${file}`, root), 'utf8');

describe('copyAtOnce', () => {
  it.each(files)('writes the glue of %s as the Worker imports it', async (name, file) => {
    const text = await original(file);
    const written = await readFile(new URL(`src/generated/codecs/${name}.glue.js`, root), 'utf8');
    expect(written).toBe(copyAtOnce(text));
    expect(text.length - written.length).toBeGreaterThan(20);
    expect(text.length - written.length).toBeLessThan(40);
  });

  it('refuses glue without the loop, and glue that was rewritten before', async () => {
    expect(() => copyAtOnce('var x=1')).toThrow('one loop that copies bytes, got 0');
    const text = await original(glueFiles['jpeg-encoder']!);
    expect(() => copyAtOnce(copyAtOnce(text))).toThrow('got 0');
    expect(() => copyAtOnce(text + text)).toThrow('got 2');
  });

  it('hands every byte over: a file is the same as with the glue of the package', async () => {
    type Encoder = {
      encode(data: Uint8ClampedArray | Int8Array, w: number, h: number, o: object): Uint8Array;
    };
    const { defaultOptions } = await import('@jsquash/jpeg/meta.js');
    const wasm = new URL('src/generated/jpeg-encoder.wasm', root);
    const module = await WebAssembly.compile(await readFile(wasm));
    const encode = async (path: URL, data: Uint8ClampedArray | Int8Array) => {
      const { default: factory } = await import(pathToFileURL(path.pathname).href);
      const { calls } = await startEmscripten(factory as EmscriptenFactory<Encoder>, module);
      return calls.encode(data, 64, 48, { ...defaultOptions, quality: 97 });
    };
    const data = Uint8ClampedArray.from({ length: 4 * 64 * 48 }, (_, i) => (i * i) >> 5);
    for (const pixels of [data, new Int8Array(data.buffer), data.subarray(0, -16)]) {
      const ours = await encode(new URL('src/generated/codecs/jpeg-encoder.glue.js', root), pixels);
      const theirs = await encode(
        new URL(`node_modules/${glueFiles['jpeg-encoder']}`, root),
        pixels,
      );
      expect(ours).toEqual(theirs);
    }
  });
});
