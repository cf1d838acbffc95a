// Checks that a codec whose WebAssembly traps fails only its own request: a new instance serves the next one.
import { describe, expect, it } from 'vitest';
import { createAvifCodec } from '../../src/codecs/avif/codec.ts';
import { createJpegCodec } from '../../src/codecs/jpeg/codec.ts';
import { createHeaps, type Heap, type Heaps } from '../../src/codecs/wasm/heaps.ts';
import { createWebpCodec } from '../../src/codecs/webp/codec.ts';
import { compileModule, loadCodecs } from '../helpers/services/codec-modules.ts';
import { createInMemoryService } from '../helpers/services/in-memory-service.ts';
import { makeCorpus, makeSound } from './corpus/corpus.ts';

/** A module whose only function is `unreachable`. */
const trapModule = new WebAssembly.Module(
  // biome-ignore format: a section to a line
  Uint8Array.of(
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    1, 4, 1, 0x60, 0, 0,
    3, 2, 1, 0,
    7, 5, 1, 1, 0x74, 0, 0,
    10, 5, 1, 3, 0, 0, 0x0b,
  ),
);
const trap = new WebAssembly.Instance(trapModule).exports.t as () => void;

/** Memories in which a call into the codec named `traps` can be made to trap, by its number; `large` is shared by all large work. */
function trappingHeaps(traps: string) {
  const heaps = createHeaps();
  const state = { calls: 0, trapAt: 0, started: 0 };
  const trapping = (name: string, heap: Heap): Heap => ({
    instantiate(module, imports, pages) {
      state.started++;
      const { exports } = heap.instantiate(module, imports, pages);
      const entries = Object.entries(exports).map(([key, value]) => {
        if (typeof value !== 'function') return [key, value];
        const call = (...args: unknown[]): unknown => {
          if (name === traps && ++state.calls === state.trapAt) trap();
          return value(...args);
        };
        return [key, call];
      });
      return { exports: Object.fromEntries(entries) };
    },
  });
  const own = (name: string): Heap => trapping(name, heaps.own(name));
  const lend: Heaps['withShared'] = (use) =>
    heaps.withShared((heap) => use(trapping('large', heap)));
  return { heaps: { ...heaps, own, withShared: lend } satisfies Heaps, state };
}

const both = async (name: string) => ({
  decoder: await compileModule(`${name}-decoder`),
  encoder: await compileModule(`${name}-encoder`),
});

const sound = await makeSound(await loadCodecs());

async function startService(traps: string) {
  const { heaps, state } = trappingHeaps(traps);
  const codecs = {
    ...(await loadCodecs()),
    avif: createAvifCodec(await both('avif'), heaps),
    jpeg: createJpegCodec(
      { ...(await both('jpeg')), scaled: await compileModule('jpeg-scaled') },
      heaps,
    ),
    webp: createWebpCodec(await both('webp'), heaps),
  };
  const service = createInMemoryService({ codecs });
  const ask = async (file: Uint8Array, { format = 'png', width = 24 } = {}) => {
    state.calls = 0;
    const response = await service.ask(`/t/w=${width},f=${format}`, {
      method: 'POST',
      body: file as Uint8Array<ArrayBuffer>,
      headers: { 'Content-Type': 'image/x' },
    });
    const { status, headers } = response;
    const body = Buffer.from(await response.arrayBuffer());
    return { status, code: headers.get('x-error'), body: body.toString('base64') };
  };
  return { service, state, ask };
}

describe('a codec that traps', () => {
  it.each([
    ['jpeg', 'jpeg-decoder', 24],
    ['jpeg', 'jpeg-scaled', 4],
    ['webp', 'webp-decoder', 24],
    ['avif', 'large', 24],
  ] as const)(
    'while it decodes %s in %s is replaced, and the next request gets its picture',
    async (format, name, width) => {
      const { service, state, ask } = await startService(name);
      const first = await ask(sound[format], { width });
      expect(first.status).toBe(200);
      await ask(sound[format], { width });
      const started = state.started;
      // After the calls of the start, in the middle of the work.
      state.trapAt = state.calls;
      const trapped = await ask(sound[format], { width });
      expect([trapped.status, trapped.code]).toEqual([422, 'undecodable']);
      state.trapAt = 0;
      expect(await ask(sound[format], { width })).toEqual(first);
      expect(state.started).toBeGreaterThan(started);
      expect(service.gate.state()).toMatchObject({ exclusive: 0, light: 0, queued: 0 });
    },
  );

  it.each([
    ['jpeg', 'jpeg-encoder'],
    ['webp', 'webp-encoder'],
    ['avif', 'large'],
  ] as const)('while it encodes %s is replaced, too', async (format, name) => {
    const { service, state, ask } = await startService(name);
    const first = await ask(sound.png, { format });
    expect(first.status).toBe(200);
    await ask(sound.png, { format });
    state.trapAt = state.calls;
    expect((await ask(sound.png, { format })).status).toBe(500);
    state.trapAt = 0;
    expect(await ask(sound.png, { format })).toEqual(first);
    expect(service.gate.state()).toMatchObject({ exclusive: 0, light: 0, queued: 0 });
  });
});

describe('files that make a decoder give up', () => {
  it('do not change the pictures of the files that follow', async () => {
    const { ask } = await startService('');
    const corpus = await makeCorpus(await loadCodecs());
    const expected = await Promise.all(
      [sound.jpeg, sound.webp, sound.avif].map((file) => ask(file)),
    );
    const damaged = corpus.filter(
      ({ group, may }) => group === 'broken' && may.includes('undecodable'),
    );
    expect(damaged.length).toBeGreaterThan(30);
    for (const [i, file] of damaged.entries()) {
      await ask(file.make());
      const next = i % 3;
      const after = await ask([sound.jpeg, sound.webp, sound.avif][next] as Uint8Array);
      expect(after, file.name).toEqual(expected[next]);
    }
  });
});
