import { describe, expect, it } from 'vitest';
import { createImage, type Image } from '../../../src/image.ts';
import { byteOfLinear, linearOfByte } from '../../../src/tensor/colour/colour.ts';
import {
  byteTable,
  type Mixture,
  mapLevels,
  mixChannels,
} from '../../../src/tensor/colour/pointwise.ts';
import { noPace } from '../../../src/timing.ts';
import { differenceOf, hardKinds, hardPicture } from '../../helpers/files/hard-pictures.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';

const work = { kernels, pace: noPace };
// No round numbers, because levels halfway between two would be rounded by chance.
const mixture: Mixture = [
  [1.4137, -0.3071, -0.1013],
  [-0.2069, 1.1047, 0.0973],
  [0.3119, 0.2953, 0.3041],
];

function mixedByLoops(image: Image, light: 'linear' | 'coded'): Image {
  const { data } = image;
  const result = createImage(image, data.slice());
  for (let i = 0; i < data.length; i += 4) {
    mixture.forEach((row, to) => {
      const parts = row.map((share, from) => {
        const level = data[i + from]!;
        return share * (light === 'linear' ? linearOfByte[level]! : level);
      });
      const sum = parts.reduce((a, b) => a + b, 0);
      result.data[i + to] = light === 'linear' ? byteOfLinear(sum) : sum;
    });
  }
  return result;
}

describe.each(hardKinds)('a %s picture', (kind) => {
  // More than one run of pixels, and a rest.
  const image = hardPicture(kind, { width: 131, height: 97 });

  it('gets the levels of a table, and keeps its alpha', async () => {
    const table = byteTable((v) => v ** 0.6 - 0.1);
    const wanted = createImage(
      image,
      image.data.map((level, i) => (i % 4 === 3 ? level : table[level]!)),
    );
    expect(await mapLevels(image, table, work)).toEqual(wanted);
  });

  it.each(['linear', 'coded'] as const)('is mixed as by plain loops: %s', async (light) => {
    const mixed = await mixChannels(image, { mixture, light }, work);
    const { most, share } = differenceOf(mixed, mixedByLoops(image, light));
    expect(most).toBeLessThanOrEqual(1);
    expect(share).toBeLessThan(0.005);
  });

  it('is the same if requests take turns in the memory', async () => {
    const taking = { kernels, pace: async () => {} };
    const alone = await mixChannels(image, { mixture, light: 'linear' }, work);
    const [mixed] = await Promise.all([
      mixChannels(image, { mixture, light: 'linear' }, taking),
      mapLevels(
        image,
        byteTable((v) => 1 - v),
        taking,
      ),
    ]);
    expect(mixed).toEqual(alone);
  });
});
