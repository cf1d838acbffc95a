// The pictures of a style transfer at the sizes of the optimisation's scales.
import { type Planes, padPlanes, resizePlanes } from '../../../fit/planes.ts';
import { uniformValues } from '../../../fit/random.ts';
import { sizeWithLongSide } from '../../../fit/scales.ts';
import type { Image, Size } from '../../../image.ts';
import type { StagePictures } from './stages.ts';

export type StyleSource = { picture: Planes; weight: number };

export type Prepared = {
  /** Size of the result: the content's aspect ratio with the wanted long side. */
  size: Size;
  /** The same, or larger if the network needs more: padded by reflection on the right and below. */
  padded: Size;
  at: (size: Size) => StagePictures;
};

/** Prepares pictures, shrunk with an antialiasing filter; styles are never enlarged. Weights are normalised to add up to 1. */
export function preparePictures(
  content: Planes,
  styles: readonly StyleSource[],
  { side, styleScale, least }: { side: number; styleScale: number; least: number },
): Prepared {
  const size = sizeWithLongSide(content, side);
  const whole = padPlanes(smooth(content, size), { width: least, height: least });
  const total = styles.reduce((sum, { weight }) => sum + weight, 0);
  const long = Math.max(whole.width, whole.height);
  const sources = styles.map(({ picture, weight }) => ({
    picture: withinSide(picture, long * styleScale),
    weight: weight / total,
  }));
  return {
    size,
    padded: { width: whole.width, height: whole.height },
    at: (stage) => ({
      content: smooth(whole, stage),
      styles: sources.map(({ picture, weight }) => {
        const shrunk = withinSide(picture, Math.max(stage.width, stage.height) * styleScale);
        return { picture: padPlanes(shrunk, { width: least, height: least }), weight };
      }),
    }),
  };
}

const smooth = (picture: Planes, size: Size): Planes =>
  resizePlanes(picture, size, { antialias: true });

function withinSide(picture: Planes, side: number): Planes {
  const long = Math.min(Math.max(1, Math.round(side)), Math.max(picture.width, picture.height));
  return smooth(picture, sizeWithLongSide(picture, long));
}

/** The first position: the content, grey with faint noise, or noise. */
export function startOf(init: 'content' | 'gray' | 'noise', seed: number) {
  return (content: Planes): Float32Array => {
    if (init === 'content') return content.data;
    const noise = uniformValues(seed, content.data.length);
    // Many features have no gradient at exact grey.
    return init === 'noise' ? noise : noise.map((value) => 0.5 + value / 255);
  };
}

/** Opaque bytes from planes `[3, height, width]`, for previews. */
export function imageOfPlanes({ width, height, data }: Planes): Image {
  const bytes = new Uint8ClampedArray(4 * width * height);
  const count = width * height;
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) bytes[4 * i + c] = 255 * data[c * count + i]!;
    bytes[4 * i + 3] = 255;
  }
  return { width, height, data: bytes };
}
