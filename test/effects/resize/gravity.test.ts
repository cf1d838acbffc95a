// What `gravity=auto` keeps of real pictures.
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { busiestPoint } from '../../../src/effects/resize/gravity.ts';
import { noPace } from '../../../src/timing.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const sample = (name: string) =>
  readFile(new URL(`../../../public/samples/${name}`, import.meta.url));

it('keeps the eyes of a stone bust, though its curls have more detail', async () => {
  const { jpeg } = await loadCodecs();
  const bust = await jpeg.decode(await sample('bust.jpg'));
  const crop = { width: bust.width, height: Math.round(bust.width / 2.4) };
  const { y } = await busiestPoint(bust, crop, { kernels, pace: noPace });
  const half = crop.height / bust.height / 2;
  // The eyes are between these fractions of the height.
  expect(y - half).toBeLessThan(0.46);
  expect(y + half).toBeGreaterThan(0.53);
});
