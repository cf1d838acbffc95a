// WebP, decoded and encoded by libwebp.
import decoderFactory from '@jsquash/webp/codec/dec/webp_dec.js';
import encoderFactory from '@jsquash/webp/codec/enc/webp_enc_simd.js';
import { defaultOptions } from '@jsquash/webp/meta.js';
import { AppError } from '../errors.ts';
import { createImage } from '../image.ts';
import type { Codec } from './codec.ts';
import { type DecodedImage, type EmscriptenFactory, startEmscripten } from './emscripten.ts';
import { checkEdges } from './max-edge.ts';
import { createWasmRunner } from './wasm-instance.ts';
import { readWebpHeader } from './webp-header.ts';

type Decoder = { decode(bytes: Uint8Array): DecodedImage | null };
type Encoder = {
  encode(
    data: Uint8ClampedArray,
    width: number,
    height: number,
    options: object,
  ): Uint8Array | null;
};

/** Method 2 of 0…6: a 512×512 photo takes 28 ms instead of 57 ms with 4, for 3 % more bytes. */
const encodeOptions = { ...defaultOptions, method: 2, exact: 0 };

/**
 * Makes the codec from the compiled `webp_dec.wasm` and `webp_enc_simd.wasm`. Animations are
 * refused with `format_unsupported`.
 */
export function createWebpCodec(modules: {
  decoder: WebAssembly.Module;
  encoder: WebAssembly.Module;
}): Codec {
  const runDecoder = createWasmRunner(() =>
    startEmscripten(decoderFactory as unknown as EmscriptenFactory<Decoder>, modules.decoder),
  );
  const runEncoder = createWasmRunner(() =>
    startEmscripten(encoderFactory as unknown as EmscriptenFactory<Encoder>, modules.encoder),
  );
  return {
    format: 'webp',
    mime: 'image/webp',
    extension: 'webp',
    alpha: true,
    async decode(bytes) {
      checkWebp(bytes);
      return runDecoder(({ calls }) => {
        try {
          const image = calls.decode(bytes);
          if (!image) throw new Error('the decoder gave nothing');
          return createImage(image, image.data);
        } catch (error) {
          throw new AppError('undecodable', 'webp: the picture data is corrupt or cut short', {
            cause: error,
          });
        }
      });
    },
    async encode({ data, width, height }, { quality }) {
      checkEdges('webp', { width, height });
      return runEncoder(({ calls }) => {
        const encoded = calls.encode(data, width, height, { ...encodeOptions, quality });
        if (!encoded) throw new Error(`webp: the encoder failed on ${width}×${height} pixels`);
        return encoded;
      });
    },
  };
}

function checkWebp(bytes: Uint8Array): void {
  const header = readWebpHeader(bytes);
  if (!header || header.fileBytes > bytes.length) {
    throw new AppError(
      'undecodable',
      `webp: the file is truncated: expected ${header?.fileBytes ?? 'more'} bytes, got ${bytes.length}`,
    );
  }
  if (header.animated) {
    throw new AppError(
      'format_unsupported',
      'webp: expected a still picture, got an animation, which is not supported',
    );
  }
}
