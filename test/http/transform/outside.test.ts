// Pictures that the service does not read or cannot hold, decoded by another service.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { probe, probePrefix } from '../../../src/codecs/probe/probe.ts';
import { createHeaps } from '../../../src/codecs/wasm/heaps.ts';
import { AppError } from '../../../src/errors.ts';
import type { Size } from '../../../src/image.ts';
import { writeHeic } from '../../helpers/files/write-avif.ts';
import { writeGif } from '../../helpers/files/write-gif.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService, PICTURES } from '../../helpers/services/in-memory-service.ts';
import { createSharpShrinkDecoder } from '../../helpers/services/sharp-shrink-decoder.ts';

const codecs = await loadCodecs(createHeaps());

/** A decoder that makes a red picture as large as it is asked to, or what `make` makes. */
function createRedDecoder(make: (size: Size) => Promise<Uint8Array> = redOf) {
  const asked: Size[] = [];
  const decoder = createSharpShrinkDecoder();
  return {
    ...decoder,
    asked,
    async shrink(_: Uint8Array, size: Size, maxBytes: number) {
      asked.push(size);
      return decoder.shrink(await make(size), size, maxBytes);
    },
  };
}

const redOf = async ({ width, height }: Size): Promise<Uint8Array> =>
  new Uint8Array(
    await sharp({ create: { width, height, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
  );

const heic = writeHeic({ width: 4032, height: 3024 });

const ask = async (
  plan: string,
  file: Uint8Array,
  parts: Partial<Parameters<typeof createInMemoryService>[0]> = {},
) => {
  const service = createInMemoryService({ codecs, ...parts });
  const response = await service.ask(`/t/${plan}`, {
    method: 'POST',
    body: file as Uint8Array<ArrayBuffer>,
  });
  const body = new Uint8Array(await response.arrayBuffer());
  expect(service.gate.state()).toMatchObject({ exclusive: 0, light: 0, queued: 0 });
  return { response, body, text: new TextDecoder().decode(body) };
};

describe('HEIC', () => {
  it('is refused by name without a decoder, with the advice that an Images binding reads it', async () => {
    const { response, text } = await ask('w=100', heic);
    expect(response.status).toBe(415);
    expect(JSON.parse(text)).toMatchObject({
      code: 'format_unsupported',
      detail: expect.stringMatching(/got HEIC; an Images binding \(IMAGES\) would read it$/),
    });
  });

  it('is decoded by the other service, at a size that keeps detail', async () => {
    const shrinkDecoder = createRedDecoder();
    const { response, body } = await ask('w=400,f=png', heic, { shrinkDecoder });
    expect(response.status).toBe(200);
    expect(probe(body)).toMatchObject({ width: 400, height: 300 });
    expect(shrinkDecoder.asked).toEqual([{ width: 807, height: 605 }]);
    expect(shrinkDecoder.held()).toBe(0);
  });

  it('is turned upright by the other service, so its sides change places', async () => {
    const shrinkDecoder = createRedDecoder();
    const sideways = writeHeic({ width: 4032, height: 3024 }, 1);
    const { body } = await ask('h=400,f=png', sideways, { shrinkDecoder });
    expect(probe(body)).toMatchObject({ width: 300, height: 400 });
    expect(shrinkDecoder.asked).toEqual([{ width: 605, height: 807 }]);
  });

  it('is read from an address too, and as a further image', async () => {
    const shrinkDecoder = createRedDecoder();
    const pictures = {
      [`${PICTURES}photo.heic`]: heic,
      [`${PICTURES}near.png`]: await redOf({ width: 64, height: 48 }),
    };
    const service = createInMemoryService({ codecs, pictures, shrinkDecoder });
    expect((await service.ask(`/t/w=100/${PICTURES}photo.heic`)).status).toBe(200);
    const far = Buffer.from(`${PICTURES}photo.heic`).toString('base64url');
    const response = await service.ask(`/t/hybrid,far=b64:${far}/${PICTURES}near.png`);
    expect([response.status, response.headers.get('X-Error')]).toEqual([200, null]);
    expect(shrinkDecoder.held()).toBe(0);
  });

  it('is told by its first bytes', () => {
    expect(probePrefix(heic.subarray(0, 400))).toMatchObject({ format: 'heic', width: 4032 });
    expect(probePrefix(heic.subarray(0, 18))).toBeUndefined();
  });
});

describe('the decoder outside', () => {
  it('is not asked for what fits here', async () => {
    const shrinkDecoder = createRedDecoder();
    const { response } = await ask('w=100', await redOf({ width: 300, height: 200 }), {
      shrinkDecoder,
    });
    expect(response.status).toBe(200);
    expect(shrinkDecoder.asked).toEqual([]);
  });

  it('is not asked for an animation whose frames are over the budget', async () => {
    const frames = new Array(40).fill({ index: (x: number) => x % 2 });
    const palette = [
      [255, 0, 0],
      [0, 0, 255],
    ];
    const animation = writeGif({ width: 160, height: 120 }, frames, { palette });
    const shrinkDecoder = createRedDecoder();
    const all = await ask('w=600,f=gif', animation, {
      shrinkDecoder,
      vars: { EDGE_BUDGET_MS: '100' },
    });
    expect(all.response.headers.get('X-Error')).toBe('over_budget');
    expect(shrinkDecoder.asked).toEqual([]);
  });

  it.each([
    ['another size', () => redOf({ width: 10, height: 10 }), 'undecodable', 422],
    [
      'a refusal',
      () => Promise.reject(new AppError('format_unsupported', 'not this one')),
      'format_unsupported',
      415,
    ],
    [
      'a failure',
      () => Promise.reject(new AppError('backend_unavailable', 'it is down', { retryAfter: 7 })),
      'backend_unavailable',
      503,
    ],
    ['an error of another kind', () => Promise.reject(new Error('secret')), 'internal', 500],
  ] as const)('may answer with %s', async (_, make, code, status) => {
    const shrinkDecoder = createRedDecoder(make);
    const { response, text } = await ask('w=400', heic, { shrinkDecoder });
    expect([response.status, response.headers.get('X-Error')]).toEqual([status, code]);
    expect(text).not.toContain('secret');
    expect(shrinkDecoder.held()).toBe(0);
  });
});
