// A loader for `next/image`.
import { imageUrls, type LoaderOptions } from './image-urls.ts';

export type { LoaderOptions } from './image-urls.ts';

/** What `next/image` passes to a loader. */
export type NextRequest = { src: string; width: number; quality?: number | undefined };

/** The loader, for `images.loaderFile` or the property `loader`. Throws RangeError for a malformed origin. */
export function createLoader(options: LoaderOptions): (request: NextRequest) => string {
  const urlOf = imageUrls(options);
  return ({ src, width, quality }) => urlOf(src, { width, quality });
}
