// A transformer for unpic's components (`@unpic/react/base`, `@unpic/svelte/base` and so on).
import { type ImageRequest, imageUrls, type LoaderOptions } from './image-urls.ts';

export type { ImageRequest, LoaderOptions } from './image-urls.ts';

/** The function for the property `transformer`; `operations` may also have `fit`, `gravity`, `background`, `blur` and `plan`. Throws RangeError for a malformed origin. */
export function createTransformer(
  options: LoaderOptions,
): (source: string | URL, operations: ImageRequest) => string {
  return imageUrls(options);
}
