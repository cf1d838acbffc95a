// A provider for Nuxt Image: the module is what `image.providers.<name>.provider` names, and its options are those of `LoaderOptions`.
import { type ImageRequest, imageUrls, type LoaderOptions } from './image-urls.ts';

export type { LoaderOptions } from './image-urls.ts';

/** Modifiers of `<NuxtImg>`: those of every provider, and `gravity` and `plan`. */
export type NuxtModifiers = Omit<ImageRequest, 'width' | 'height'> & {
  width?: number;
  height?: number;
};

type NuxtOptions = Partial<LoaderOptions> & { modifiers?: NuxtModifiers };

/** The provider. Its `getImage` throws RangeError for a malformed origin, and what `imageUrls` throws. */
const provider = () => ({
  getImage(source: string, { modifiers = {}, ...options }: NuxtOptions): { url: string } {
    // Nuxt Image puts a slash before whatever has no `//`.
    const text = source.replace(/^\/(?=(?:asset|r2|b64):)/, '');
    return { url: imageUrls({ ...options, origin: options.origin ?? '' })(text, modifiers) };
  },
});

export default provider;
