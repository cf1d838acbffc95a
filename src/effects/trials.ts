// Types of an effect's calibration cases and gallery settings.
import type { Size } from '../image.ts';

/** Steps to measure in calibration: each of `options` at each of `sizes`. */
export type CalibrationCase = {
  /** Parameters as in a URL, such as `block=8,palette=pico8`, without further images. */
  options: readonly string[];
  /** 64×64, 256×192, 512×512 and 1024×768 unless given. */
  sizes?: readonly Size[];
  /** File in `public/samples`; `landscape.jpg` unless given. */
  source?: string;
  /** Measures what `needs.lighter` gives for the step instead of the step. */
  lighter?: true;
};

/** How the gallery shows one parameter. */
export type GallerySetting = {
  /** Further parameters to set with it, as in a URL. */
  otherParams?: string;
  /** File in `public/samples`; the one of the effect's first example unless given. */
  source?: string;
  /** Values to show; unless given, those of the enum, or both ends of the `ui` range. */
  values?: readonly string[];
};

export type Trials<Param extends string> = {
  /** The effect's own steps in its examples unless given. Together the cases must count every term of the effect's cost. */
  calibration?: readonly CalibrationCase[];
  gallery?: { readonly [P in Param]?: GallerySetting };
};
