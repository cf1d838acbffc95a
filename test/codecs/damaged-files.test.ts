// Checks that decoders answer damaged files with a picture of the stated size or an AppError, nothing else.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../src/codecs/codec.ts';
import { probe } from '../../src/codecs/probe/probe.ts';
import { AppError } from '../../src/errors.ts';
import { makeImage } from '../helpers/files/make-image-files.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';

const picture = makeImage(40, 30, (x, y) => [6 * x, 8 * y, (x * y) & 255, 255 - x]);
let codecs: Record<'avif' | 'jpeg' | 'png' | 'webp', Codec>;

beforeAll(async () => {
  codecs = await loadCodecs();
});

describe.each(['avif', 'jpeg', 'png', 'webp'] as const)('%s', (format) => {
  it('gives a picture of the probed size or an AppError for damaged files', async () => {
    const codec = codecs[format];
    const whole = await codec.encode(picture, { quality: 80 });
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const damaged = whole.slice();
        for (const [at, value] of changes) damaged[at] = value;
        try {
          const { width, height, data } = await codec.decode(damaged);
          expect({ width, height }).toMatchObject({
            width: probe(damaged).width,
            height: probe(damaged).height,
          });
          expect(data.length).toBe(4 * width * height);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          expect(['undecodable', 'format_unsupported', 'not_an_image']).toContain(error.code);
        }
      }),
      { numRuns: 150 },
    );
  });
});
