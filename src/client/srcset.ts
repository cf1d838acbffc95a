// Attributes of an `<img>` that lets the browser choose among several sizes of a picture.
import { paramError } from '../errors.ts';
import { checkList, MOST_SIDE } from './checks.ts';
import { exactSize, hasOption } from './plan-at.ts';
import type { PlanBuilder } from './plan-builder.ts';

/** Widths unless given, in pixels. */
const WIDTHS = [480, 960, 1440];

const MOST_DENSITY = 3;

export type SrcsetOptions =
  | {
      /** Widths of the files in pixels, ascending, for a picture whose width on the page varies; 480, 960 and 1440 unless given. */
      widths?: readonly number[] | undefined;
      /** Width on the page, as in HTML; `100vw` unless given. */
      sizes?: string | undefined;
      densities?: never;
    }
  | {
      /** For a picture of the plan's own size: pixels per CSS pixel, 1…3, ascending. */
      densities: readonly number[];
      widths?: never;
      sizes?: never;
    };

/** Attributes by their names in HTML. */
export type Srcset = {
  srcset: string;
  /** For what does not know `srcset`: the largest width, or the smallest density. */
  src: string;
  sizes?: string;
  /** The plan's own size, if it says what comes out exactly: `fit=cover`, `pad` or `squeeze` with both sides. */
  width?: number;
  height?: number;
};

/** A plan with a source. */
export type SourcePlan = PlanBuilder<false>;

/**
 * The attributes for a plan at several widths, which replace the plan's own width (its height is scaled along), or at several
 * densities. Throws `bad_option` for a list that makes no sense.
 */
export function srcset(
  plan: SourcePlan,
  { widths = WIDTHS, densities, sizes = '100vw' }: SrcsetOptions = {},
): Srcset {
  if (plan.source === undefined) {
    throw paramError({ param: 'plan', expected: 'a plan with a source' });
  }
  if (densities && !['w', 'h'].some((name) => hasOption(plan.plan, name))) {
    throw paramError({ param: 'densities', expected: 'a plan with w or h' });
  }
  const list = densities ?? widths;
  checkList(
    list,
    densities
      ? { param: 'densities', most: MOST_DENSITY }
      : { param: 'widths', most: MOST_SIDE, whole: true },
  );
  const urls = list.map((value) => plan.at(densities ? { dpr: value } : { w: value }).url());
  return {
    srcset: urls.map((url, i) => `${url} ${list[i]}${densities ? 'x' : 'w'}`).join(', '),
    src: urls.at(densities ? 0 : -1)!,
    ...(!densities && { sizes }),
    ...exactSize(plan.plan),
  };
}
