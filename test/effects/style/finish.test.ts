// Checks the kernels that finish a painted picture against plain loops.
import { describe, expect, it } from 'vitest';
import { finished, type Paint } from '../../../src/effects/style/finish.ts';
import type { Image } from '../../../src/image.ts';
import { noPace } from '../../../src/timing.ts';
import { differenceOf, hardKinds, hardPicture } from '../../helpers/files/hard-pictures.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';
import { finishedByLoops } from '../../oracles/finish.ts';

/** Coded colours of all kinds, also a little outside 0…1. */
const codedOf = ({ width, height }: Image): Float32Array =>
  Float32Array.from(
    { length: 3 * width * height },
    (_, i) => 0.5 + 0.55 * Math.sin(i * 0.37 + Math.sin(i * 0.013) * 5),
  );

const paintOf = (coded: Float32Array, { width }: Image): Paint => ({
  room: 0,
  write: ({ floats }, y, at) =>
    floats.set(coded.subarray(3 * width * y, 3 * width * (y + 1)), at.coded / 4),
});

describe.each(hardKinds)('paint over a %s picture', (kind) => {
  it.each([
    ['style', 1],
    ['content', 1],
    ['style', 0.3],
    ['content', 0.3],
  ] as const)('has the colours of the %s, at an opacity of %d', async (colours, cover) => {
    for (const size of [
      { width: 61, height: 40 },
      { width: 1, height: 3 },
    ]) {
      const content = hardPicture(kind, size);
      const coded = codedOf(content);
      const made = await finished(
        paintOf(coded, content),
        { content, colours, cover },
        { kernels, pace: noPace },
      );
      const recolours = colours === 'content';
      const wanted = finishedByLoops(coded, { content, recolours, cover });
      const { most, share } = differenceOf(made, wanted);
      // Bisections in single precision may end a step beside those in double precision.
      expect(most).toBeLessThanOrEqual(recolours ? 5 : 1);
      // Faded paint is rounded to levels before and after.
      if (size.width > 1) expect(share).toBeLessThan(cover < 1 ? 0.09 : 0.02);
    }
  });
});
