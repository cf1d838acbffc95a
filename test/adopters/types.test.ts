// Checks the packed declarations against those of the frameworks with `tsc`.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adoptersFolder } from '../../scripts/adopters.ts';
import { installed } from './frameworks.ts';
import { typeErrors } from './setup/type-check.ts';

const consumer = `
import type { ImageProvider } from '@nuxt/image';
import type { Operations } from '@unpic/core/base';
import type { BaseImageProps } from '@unpic/svelte/base';
import type { ExternalImageService } from 'astro';
import type { ImageLoader } from 'next/image';
import type { TransformerFunction } from 'unpic/types';
import service, { createImageService } from 'tessera-client/astro';
import { createLoader, type LoaderOptions } from 'tessera-client/next';
import provider from 'tessera-client/nuxt';
import { createTransformer } from 'tessera-client/unpic';

const origin = 'https://a.example';
export const loader: ImageLoader = createLoader({ origin });
export const nuxt: () => ImageProvider<Partial<LoaderOptions>> = provider;
// As Nuxt Image finds the type of a provider's options.
type Options = ReturnType<typeof provider> extends ImageProvider<infer Found> ? Found : never;
export const options: Options = { origin, plan: 'sepia' };
export const astro: ExternalImageService[] = [service, createImageService({ origin })];
export const transformer: TransformerFunction<Operations, undefined> = createTransformer({ origin });
export const props: BaseImageProps<Operations & { plan?: string }, undefined> = {
  ...{ src: 'a', width: 1, height: 1, operations: { plan: 'sepia' } },
  transformer: createTransformer({ origin }),
};

// The types of the frameworks are really there:
// @ts-expect-error a number
export const noOptions: Options = { origin: 1 };
// @ts-expect-error a number
export const noLoader: ImageLoader = 1;
// @ts-expect-error a number
export const noProvider: () => ImageProvider<object> = 1;
// @ts-expect-error a number
export const noService: ExternalImageService = 1;
// @ts-expect-error a number
export const noTransformer: TransformerFunction<Operations, undefined> = 1;
// @ts-expect-error no transformer
export const noProps: BaseImageProps<Operations, undefined> = { src: 'a', width: 1, height: 1 };
`;

describe.skipIf(!installed)('the types of the loaders', () => {
  it('are those that the frameworks ask for', () => {
    expect(typeErrors(join(adoptersFolder, 'types'), { 'consumer.ts': consumer })).toBe('');
  });
});
