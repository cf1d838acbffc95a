// A `<picture>`: one `<source>` for each format, and an `<img>` for browsers that know none of them.
import { paramError } from '../errors.ts';
import { formatNamed, type PictureFormat } from './checks.ts';
import { type SourcePlan, type Srcset, type SrcsetOptions, srcset } from './srcset.ts';

export type PictureOptions = SrcsetOptions & {
  /** The best first; `avif` and `webp` unless given. */
  formats?: readonly Exclude<PictureFormat, 'auto'>[] | undefined;
  /** Format of the `<img>`; `jpeg` unless given. */
  fallback?: PictureFormat | undefined;
};

/** Attributes by their names in HTML. */
export type Picture = {
  sources: { type: string; srcset: string; sizes?: string }[];
  img: Srcset;
};

/** A picture in several formats. Throws `bad_option` for a list that makes no sense. */
export function picture(
  plan: SourcePlan,
  { formats = ['avif', 'webp'], fallback = 'jpeg', ...options }: PictureOptions = {},
): Picture {
  const all = [...formats, fallback].map(formatNamed);
  if (new Set(all).size < all.length || all.slice(0, -1).includes('auto')) {
    const expected = 'each format once, and auto only as the fallback';
    throw paramError({ param: 'formats', expected, got: all.join(', ') });
  }
  const versions = all.map((f) => srcset(plan.at({ f }), options));
  return {
    sources: versions.slice(0, -1).map(({ srcset, sizes }, i) => ({
      type: `image/${all[i]}`,
      srcset,
      ...(sizes && { sizes }),
    })),
    img: versions.at(-1)!,
  };
}
