// PNG: decoded by the Rust build of jSquash, encoded by the project's own code.
import { AppError } from '../errors.ts';
import type { Codec } from './codec.ts';
import { essentialPngParts } from './png-check.ts';
import { encodePng } from './png-encode.ts';
import { startPng } from './png-instance.ts';
import { createWasmRunner } from './wasm-instance.ts';

/**
 * Makes the codec from the compiled `squoosh_png_bg.wasm`, which decodes. An APNG gives its default
 * picture.
 */
export function createPngCodec({ module }: { module: WebAssembly.Module }): Codec {
  const run = createWasmRunner(() => startPng(module));
  return {
    format: 'png',
    mime: 'image/png',
    extension: 'png',
    alpha: true,
    async decode(bytes) {
      const parts = essentialPngParts(bytes);
      return run((png) => {
        try {
          return png.decode(parts);
        } catch (error) {
          throw new AppError('undecodable', 'png: the compressed pixels are corrupt or cut short', {
            cause: error,
          });
        }
      });
    },
    encode: encodePng,
  };
}
