// Fades into a colour, and tones by luminance, by plain loops: what the SIMD kernels are compared with.
import { createImage, type Image } from '../../src/image.ts';
import { byteOfLinear, codeOfLinear, linearOfByte } from '../../src/tensor/colour/colour.ts';
import { LUMINANCE } from '../../src/tensor/colour/luma.ts';
import type { RadialFade } from '../../src/tensor/colour/radial-fade.ts';
import { thresholdMap } from '../../src/tensor/palette/threshold-map.ts';

/** The image faded into a colour towards the corners. */
export function fadedByLoops(image: Image, { radius, ramp, strength, colour }: RadialFade): Image {
  const { width, height, data } = image;
  const { size, thresholds } = thresholdMap('blue-noise');
  const result = createImage(image, data.slice());
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      const across = ((2 * x + 1) / width - 1) ** 2;
      const down = ((2 * y + 1) / height - 1) ** 2;
      const distance = Math.sqrt((across + down) / 2);
      const t = Math.min(1, Math.max(0, (distance - radius) / ramp));
      const share = strength * t * t * (3 - 2 * t);
      if (share === 0) continue;
      const threshold = thresholds[(y % size) * size + (x % size)]!;
      [colour.r, colour.g, colour.b].forEach((to, c) => {
        const light = linearOfByte[data[i + c]!]! * (1 - share) + to * share;
        const code = 255 * codeOfLinear(light);
        const whole = Math.round(code);
        const isWhole = Math.abs(code - whole) < 1e-3;
        result.data[i + c] = isWhole ? whole : Math.floor(code + threshold);
      });
    }
  }
  return result;
}

/** The image moved towards the tones of its luminance; four values a tone. */
export function tonedByLoops(
  image: Image,
  { tones, amount }: { tones: Float32Array; amount: number },
): Image {
  const last = tones.length / 4 - 1;
  const result = createImage(image, image.data.slice());
  for (let i = 0; i < image.data.length; i += 4) {
    const own = [0, 1, 2].map((c) => linearOfByte[image.data[i + c]!]!);
    const shares = Object.values(LUMINANCE);
    const luminance = own.reduce((sum, v, c) => sum + shares[c]! * v, 0);
    const tone = 4 * Math.round(last * codeOfLinear(luminance));
    own.forEach((v, c) => {
      result.data[i + c] = byteOfLinear(v + amount * (tones[tone + c]! - v));
    });
  }
  return result;
}
