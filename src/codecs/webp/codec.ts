// The WebP codec: libwebp, compiled to WASM by jSquash.
import { defaultOptions } from '@jsquash/webp/meta.js';
import { AppError } from '../../errors.ts';
import { createImage, hasTransparency, type Image, pixelsOf, type Size } from '../../image.ts';
import { noPace } from '../../timing.ts';
import type { Codec, EncodeOptions } from '../codec.ts';
import { hasFewColours } from '../few-colours.ts';
import { checkEdges } from '../max-edge.ts';
import { createEmbindRunner } from '../wasm/embind.ts';
import type { DecodedImage, EncodeCall } from '../wasm/emscripten.ts';
import type { Heaps } from '../wasm/heaps.ts';
import { decodeFirstFrame, openAnimation } from './animation.ts';
import {
  isTriedLossless,
  webpDecodeCost,
  webpDecodeHeap,
  webpEncodeCost,
  webpEncodeHeap,
  webpFrameCost,
  webpWriteCost,
} from './cost.ts';
import { pictureChunks, stillFile, type WebpFrame } from './frames.ts';
import { readWebpHeader, type WebpHeader } from './header.ts';
import { createWebpWriter } from './writer.ts';

type Decoder = { decode(bytes: Uint8Array): DecodedImage | null };
/** The longest side that WebP's header can store, in pixels. */
export const WEBP_MAX_EDGE = 16_383;

/** Bytes of a file before its first chunk. */
const CONTAINER_BYTES = 12;

/** Method 2 of 0…6: a 512×512 photo takes 28 ms instead of 57 ms with method 4, for 3 % more bytes. */
const lossyOptions = { ...defaultOptions, method: 2, exact: 0 };
/** Without loss, `quality` is the effort, 0…100. */
const losslessOptions = { ...defaultOptions, lossless: 1, method: 2, quality: 50, exact: 0 };

/** Pictures of at most so many colours are encoded without loss if that is smaller. */
const FEW_COLOURS = 64;

/** Makes the codec from the compiled `webp_dec.wasm` and `webp_enc_simd.wasm`. Of an animation it decodes the first frame. */
export function createWebpCodec(
  modules: { decoder: WebAssembly.Module; encoder: WebAssembly.Module },
  heaps?: Heaps,
): Codec {
  const runDecoder = createEmbindRunner<Decoder>(
    {
      names: () => import('../../generated/codecs/webp-decoder.names.js'),
      module: modules.decoder,
    },
    { name: 'webp-decoder', heaps },
  );
  const runEncoder = createEmbindRunner<EncodeCall>(
    {
      names: () => import('../../generated/codecs/webp-encoder.names.js'),
      module: modules.encoder,
    },
    { name: 'webp-encoder', heaps },
  );
  const decodeStill = (bytes: Uint8Array, header: Size & { lossy: boolean }): Promise<Image> =>
    runDecoder(
      ({ calls }) => {
        try {
          const decoded = calls.decode(bytes);
          if (!decoded) throw new Error('the decoder returned no picture');
          return createImage(decoded, decoded.data);
        } catch (error) {
          throw new AppError('undecodable', 'webp: the picture data is corrupt or cut short', {
            cause: error,
          });
        }
      },
      webpDecodeHeap(header, { byteLength: bytes.length, lossy: header.lossy }),
    );
  const decodeFrame = (frame: WebpFrame): Promise<Image> =>
    decodeStill(frame.file, { ...frame, lossy: false });
  const encodeStill = (
    image: Image,
    { quality, lossless = false }: EncodeOptions,
  ): Promise<Uint8Array> => {
    const { data, width, height } = image;
    return runEncoder(
      ({ calls }) => {
        const options = lossless ? losslessOptions : { ...lossyOptions, quality };
        const file = calls.encode(data, width, height, options);
        if (!file) throw new Error(`webp: the encoder failed on ${width}×${height} pixels`);
        return file;
      },
      webpEncodeHeap(image, { quality, alpha: hasTransparency(image), lossless }),
    );
  };
  return {
    shrink: () => 1,
    frameReader: {
      open: (bytes, { pace } = {}) =>
        openAnimation({ bytes, header: checkWebp(bytes) }, decodeFrame, pace),
      cost: webpFrameCost,
    },
    frameWriter: {
      begin({ plays, ...options }) {
        return createWebpWriter(
          (image, { lossless }) => {
            checkEdges(image, { format: 'webp', maxEdge: WEBP_MAX_EDGE });
            return encodeStill(image, { ...options, lossless });
          },
          { plays, lossless: options.lossless },
        );
      },
      cost: webpWriteCost,
    },
    async decode(bytes, { pace = noPace } = {}) {
      const header = readWebpHeader(bytes);
      if (!header) throw truncated(bytes, header);
      const image = header.animated
        ? await decodeFirstFrame(bytes, checkWebp(bytes), decodeFrame)
        : await decodeStill(wholePicture(bytes, header), header);
      await pace(1);
      return image;
    },
    async encode(image, { quality, lossless = false, pace = noPace }) {
      checkEdges(image, { format: 'webp', maxEdge: WEBP_MAX_EDGE });
      const encoded = await encodeStill(image, { quality, lossless });
      const kept =
        !lossless && isTriedLossless(image) && hasFewColours(pixelsOf(image.data), FEW_COLOURS)
          ? await encodeStill(image, { quality, lossless: true })
          : encoded;
      await pace(1);
      return kept.length < encoded.length ? kept : encoded;
    },
    decodeCost: webpDecodeCost,
    encodeCost: webpEncodeCost,
  };
}

/** The header of a whole file. */
function checkWebp(bytes: Uint8Array): WebpHeader {
  const header = readWebpHeader(bytes);
  if (header && header.fileBytes <= bytes.length) return header;
  throw truncated(bytes, header);
}

/** A file that ends behind its picture without what should follow, such as metadata, becomes one that has nothing there. */
function wholePicture(bytes: Uint8Array, header: WebpHeader): Uint8Array {
  if (header.fileBytes <= bytes.length) return bytes;
  const chunks = bytes.subarray(CONTAINER_BYTES);
  if (pictureChunks(chunks).chunks.length === 0) throw truncated(bytes, header);
  return stillFile(chunks, header);
}

const truncated = (bytes: Uint8Array, header: WebpHeader | undefined): AppError =>
  new AppError(
    'undecodable',
    `webp: the file is truncated: expected ${header?.fileBytes ?? 'more'} bytes, got ${bytes.length}`,
  );
