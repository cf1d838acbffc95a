// Takes of a painted picture the lightness alone, and fades it, by plain loops in double precision.
import { createImage, type Image } from '../../src/image.ts';
import { linearToSrgb, srgbToLinear } from '../../src/srgb.ts';
import { doubledOklab, linearOfDoubled } from '../../src/tensor/colour/oklab.ts';

/** `coded` has three sRGB-coded values a pixel; the result has the opacity of the content and, if asked, its colours. */
export function finishedByLoops(
  coded: Float32Array,
  { content, recolours, cover }: { content: Image; recolours: boolean; cover: number },
): Image {
  const result = createImage(content);
  for (let i = 0, j = 0; i < result.data.length; i += 4, j += 3) {
    if (content.data[i + 3] === 0) continue;
    const own = [...content.data.subarray(i, i + 3)].map((level) => level / 255);
    const paint = [...coded.subarray(j, j + 3)].map((v) => Math.min(1, Math.max(0, v)));
    const over = recolours ? recoloured(paint, own) : paint;
    over.forEach((code, c) => {
      result.data[i + c] = 255 * (own[c]! + cover * (code - own[c]!));
    });
    result.data[i + 3] = content.data[i + 3]!;
  }
  return result;
}

/** The chroma of `own` at the lightness of `paint`, or as much of it as sRGB has there. */
function recoloured(paint: readonly number[], own: readonly number[]): number[] {
  const [lightness] = labOf(paint);
  const [, a, b] = labOf(own);
  const light = new Float64Array(3);
  const isInside = (share: number): boolean => {
    const L = Math.min(1, Math.max(0, lightness));
    linearOfDoubled(L, share * a, share * b, light);
    return light.every((v) => v >= -1e-4 && v <= 1 + 1e-4);
  };
  let [good, bad] = [0, 1];
  if (isInside(1)) good = 1;
  else {
    for (let n = 0; n < 7; n++) {
      const middle = (good + bad) / 2;
      if (isInside(middle)) good = middle;
      else bad = middle;
    }
  }
  isInside(good);
  return [...light].map((v) => linearToSrgb(Math.min(1, Math.max(0, v))));
}

function labOf(coded: readonly number[]): [number, number, number] {
  const [r, g, b] = coded.map(srgbToLinear) as [number, number, number];
  const lab = new Float64Array(3);
  doubledOklab(r, g, b, lab);
  return [...lab] as [number, number, number];
}
