// Checks that builds with embind do the same here as with the glue of their packages.
import { readFile } from 'node:fs/promises';
import { defaultOptions } from '@jsquash/webp/meta.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { embindNames } from '../../../scripts/glue/embind-names.ts';
import { replacedGlue } from '../../../scripts/glue.ts';
import { type EmbindNames, startEmbind } from '../../../src/codecs/wasm/embind.ts';
import {
  type DecodedImage,
  type EmscriptenFactory,
  type EncodeCall,
  startEmscripten,
} from '../../../src/codecs/wasm/emscripten.ts';

const root = new URL('../../../', import.meta.url);
type DecodeCall = { decode(bytes: Uint8Array): DecodedImage | null };
type Pair<Calls> = Record<'ours' | 'theirs', { calls: Calls; memoryBytes: () => number }>;
let encoders: Pair<EncodeCall>;
let decoders: Pair<DecodeCall>;

async function start<Calls>(name: string): Promise<Pair<Calls>> {
  const generated = new URL('src/generated/', root);
  const module = await WebAssembly.compile(await readFile(new URL(`${name}.wasm`, generated)));
  const { default: names } = await import(new URL(`codecs/${name}.names.js`, generated).href);
  const glue = new URL(`node_modules/${replacedGlue[name]}`, root).href;
  const factory = (await import(glue)).default as EmscriptenFactory<Calls>;
  return {
    ours: startEmbind<Calls>(module, names as EmbindNames),
    theirs: await startEmscripten(factory, module),
  };
}

beforeAll(async () => {
  encoders = await start('webp-encoder');
  decoders = await start('webp-decoder');
});

describe('builds with embind', () => {
  it('write and read the same bytes as with the glue of the package, in as much memory', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom(
          {},
          { lossless: 1, method: 1 },
          { quality: 30.5, method: 0, exact: 1, use_sharp_yuv: 1 },
        ),
        (width, height, options) => {
          const data = Uint8ClampedArray.from(
            { length: 4 * width * height },
            (_, i) => (i * i) >> 5,
          );
          const of = ({ calls }: { calls: EncodeCall }) =>
            calls.encode(data, width, height, { ...defaultOptions, ...options });
          const [file, expected] = [of(encoders.ours)!, of(encoders.theirs)!];
          expect(Buffer.compare(file, expected)).toBe(0);
          const [picture, same] = [decoders.ours, decoders.theirs].map(
            ({ calls }) => calls.decode(file)!,
          ) as [DecodedImage, DecodedImage];
          expect([picture.width, picture.height]).toEqual([width, height]);
          expect(Buffer.from(picture.data.buffer).equals(Buffer.from(same.data.buffer))).toBe(true);
          for (const { ours, theirs } of [encoders, decoders])
            expect(ours.memoryBytes()).toBe(theirs.memoryBytes());
        },
      ),
      { numRuns: 30 },
    );
  });

  it('give null for what is no file, and refuse an option that is missing', () => {
    expect(decoders.ours.calls.decode(new Uint8Array(30))).toBeNull();
    const { quality: _, ...others } = defaultOptions;
    const encode = (): unknown =>
      encoders.ours.calls.encode(new Uint8ClampedArray(4), 1, 1, others);
    expect(encode).toThrow('quality is missing');
  });

  it('give memory back: it does not grow with the number of calls', () => {
    const data = new Uint8ClampedArray(4 * 300 * 300).fill(99);
    const encode = () => encoders.ours.calls.encode(data, 300, 300, defaultOptions)!;
    const file = encode();
    decoders.ours.calls.decode(file);
    const held = [encoders, decoders].map(({ ours }) => ours.memoryBytes());
    for (let i = 0; i < 30; i++) decoders.ours.calls.decode(encode());
    expect([encoders, decoders].map(({ ours }) => ours.memoryBytes())).toEqual(held);
  });
});

describe('the names of a build', () => {
  it('are refused if the glue is of another kind', () => {
    expect(() => embindNames('var wasmImports={"a":_abort}')).toThrow('expected glue with');
  });
});
