// Checks that empty scans cannot make a JPEG cost many times more than its size suggests.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../src/codecs/codec.ts';
import { startProcessorWatch } from '../helpers/processor-time.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { makeEmptyScans } from './corpus/empty-scans.ts';

const large = { width: 3000, height: 2000 };
const small = { width: 300, height: 200 };
let jpeg: Codec;

beforeAll(async () => {
  jpeg = (await loadCodecs()).jpeg;
});

describe('scans of a progressive JPEG', () => {
  it.each([1, 8])(
    'may refine every coefficient three times, at a scale of 1/%i',
    async (shrink) => {
      const file = makeEmptyScans({ ...large, scans: 36 });
      const { width, height } = await jpeg.decode(file, { shrink });
      expect([width, height]).toEqual([large.width / shrink, large.height / shrink]);
    },
  );

  it.each([1, 8])(
    'are refused if they go over a large picture repeatedly, at 1/%i',
    async (shrink) => {
      for (const halfColours of [false, true]) {
        const file = makeEmptyScans({ ...large, scans: 90, halfColours });
        const processorMs = startProcessorWatch();
        await expect(jpeg.decode(file, { shrink })).rejects.toMatchObject({
          code: 'undecodable',
          message: expect.stringContaining('scans'),
        });
        expect(processorMs()).toBeLessThan(200);
      }
    },
  );

  it('may be many in a small picture, in which each costs little', async () => {
    expect(await jpeg.decode(makeEmptyScans({ ...small, scans: 90 }))).toMatchObject(small);
    const more = makeEmptyScans({ ...small, scans: 120 });
    await expect(jpeg.decode(more)).rejects.toMatchObject({ code: 'undecodable' });
  });
});
