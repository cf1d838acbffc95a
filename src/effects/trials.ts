// How an effect is tried out by tools: what calibration measures, and what the gallery shows.
import type { Size } from '../image.ts';

/** Steps that calibration measures: each of `options` at each of `sizes`. */
export type CalibrationCase = {
  /** Parameters as a URL has them, such as `block=8,palette=pico8`, without further images. */
  options: readonly string[];
  /** 64×64, 256×192, 512×512 and 1024×768 unless given. */
  sizes?: readonly Size[];
  /** File in `public/samples`; `landscape.jpg` unless given. */
  source?: string;
};

/** How the gallery shows one parameter. */
export type GallerySetting = {
  /** Parameters that it needs beside it, as a URL has them. */
  beside?: string;
  /** File in `public/samples`; that of the effect's first example unless given. */
  source?: string;
  /** Values to show; the enum's, or both ends of the `ui` range, unless given. */
  values?: readonly string[];
};

export type Trials<Param extends string> = {
  /** The effect's own steps in its examples unless given. Together they count every term of the effect's cost. */
  calibration?: readonly CalibrationCase[];
  gallery?: { readonly [P in Param]?: GallerySetting };
};
