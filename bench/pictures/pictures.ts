// Test pictures: a generated one that looks and compresses like a photograph, and a real photograph if there is one.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createImage, type Image, type Size } from '../../src/image.ts';
import { hash32 } from '../../test/helpers/files/golden-images.ts';
import { loadCodecs } from '../../test/helpers/services/codec-modules.ts';
import { PHOTOGRAPHS } from './folders.ts';

const codecs = await loadCodecs();

export type Encoded = { jpeg: Uint8Array; png: Uint8Array; webp: Uint8Array };

/** The generated picture in all formats (JPEG and WebP at quality 85). */
export async function generated(size: Size): Promise<Encoded> {
  return encoded(generateImage(size));
}

/** The middle 512×512 px of a Kodak photograph in all formats; `undefined` if the photographs are not beside the checkout. */
export async function photograph(): Promise<Encoded | undefined> {
  const file = await readFile(join(PHOTOGRAPHS, 'kodim05.png')).catch(() => undefined);
  if (!file) return undefined;
  const whole = await codecs.png.decode(new Uint8Array(file));
  const image = createImage({ width: 512, height: 512 });
  const left = (whole.width - 512) >> 1;
  for (let y = 0; y < 512; y++) {
    const from = 4 * (y * whole.width + left);
    image.data.set(whole.data.subarray(from, from + 4 * 512), 4 * 512 * y);
  }
  return encoded(image);
}

async function encoded(image: Image): Promise<Encoded> {
  const quality = 85;
  return {
    jpeg: await codecs.jpeg.encode(image, { quality }),
    png: await codecs.png.encode(image, { quality }),
    webp: await codecs.webp.encode(image, { quality }),
  };
}

/** Octaves of value noise with amplitudes near 1/f, as in photographs, discs with sharp rims, and sensor grain. */
export function generateImage(size: Size): Image {
  const { width, height } = size;
  const image = createImage(size);
  const discs = Array.from({ length: 24 }, (_, i) => {
    const [x, y, r, tone] = [0, 1, 2, 3].map((k) => hash32(1000 + 4 * i + k) / 2 ** 32) as Four;
    const radius = (0.02 + 0.12 * r) * height;
    return { x: x * width, y: y * height, r2: radius ** 2, tone: 160 * (tone - 0.5) };
  });
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      let light = 128;
      for (let shift = 8, amplitude = 110; shift >= 1; shift--, amplitude *= 0.58) {
        light += amplitude * (noise(x, y, shift, shift) - 0.5);
      }
      for (const disc of discs) {
        if ((x - disc.x) ** 2 + (y - disc.y) ** 2 < disc.r2) light += disc.tone;
      }
      light += 6 * (hash32(y * width + x) / 2 ** 32 - 0.5);
      const warm = 60 * (noise(x, y, 7, 20) - 0.5);
      const green = 30 * (noise(x, y, 6, 30) - 0.5);
      image.data.set([light + warm, light + green, light - warm, 255], i);
    }
  }
  return image;
}

type Four = [number, number, number, number];

/** Bilinear noise 0…1 on cells of 2^shift pixels. */
function noise(x: number, y: number, shift: number, seed: number): number {
  const size = 1 << shift;
  const [ix, iy] = [x >> shift, y >> shift];
  const [fx, fy] = [(x & (size - 1)) / size, (y & (size - 1)) / size];
  const at = (i: number, j: number): number =>
    hash32(Math.imul(i, 7919) ^ Math.imul(j, 104729) ^ (seed << 24)) / 2 ** 32;
  const top = at(ix, iy) * (1 - fx) + at(ix + 1, iy) * fx;
  const bottom = at(ix, iy + 1) * (1 - fx) + at(ix + 1, iy + 1) * fx;
  return top * (1 - fy) + bottom * fy;
}
