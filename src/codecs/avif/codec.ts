// The AVIF codec: libavif with libaom, compiled to WASM by jSquash.
import { AppError } from '../../errors.ts';
import { createImage } from '../../image.ts';
import { noPace } from '../../timing.ts';
import type { Codec } from '../codec.ts';
import { checkEdges } from '../max-edge.ts';
import type { DecodedImage, EncodeCall } from '../wasm/emscripten.ts';
import { createEmscriptenRunner } from '../wasm/emscripten-runner.ts';
import type { Heaps } from '../wasm/heaps.ts';
import { cropTo } from './clean-aperture.ts';
import { avifDecodeCost, avifDecodeHeap, avifEncodeCost, avifEncodeHeap } from './cost.ts';
import { limitedHeap } from './limited-heap.ts';
import { readAvifHeader } from './probe.ts';
import { avifSettings } from './settings.ts';

type Decoder = { decode(bytes: Uint8Array, bitDepth: 8): DecodedImage | null };

/** The longest side that libavif decodes, in pixels. */
export const AVIF_MAX_EDGE = 32_768;

/** The decoder may use up to this multiple of the predicted memory. */
const HEAP_SLACK = 1.3;

/**
 * Makes the codec from the compiled `avif_dec.wasm` and `avif_enc.wasm` (the build without threads). The decoder returns the
 * first picture of a sequence, reduces 10 and 12 bits to 8, and cuts out the clean aperture.
 */
export function createAvifCodec(
  modules: { decoder: WebAssembly.Module; encoder: WebAssembly.Module },
  heaps?: Heaps,
): Codec {
  let heapLimit = Number.POSITIVE_INFINITY;
  const runDecoder = createEmscriptenRunner<Decoder>(
    { glue: () => import('../../generated/codecs/avif-decoder.glue.js'), module: modules.decoder },
    { name: 'avif-decoder', heaps, within: (heap) => limitedHeap(heap, () => heapLimit) },
  );
  const runEncoder = createEmscriptenRunner<EncodeCall>(
    { glue: () => import('../../generated/codecs/avif-encoder.glue.js'), module: modules.encoder },
    { name: 'avif-encoder', heaps },
  );
  return {
    shrink: () => 1,
    async decode(bytes, { pace = noPace } = {}) {
      const header = readAvifHeader(bytes);
      if (!header) throw new AppError('undecodable', 'avif: the file ends before its header does');
      const needs = avifDecodeHeap({ header, byteLength: bytes.length });
      const image = await runDecoder(({ calls }) => {
        // The coded frames may be larger than the header says; the decoder notices only after it has allocated memory for them.
        heapLimit = HEAP_SLACK * needs;
        try {
          const decoded = calls.decode(bytes, 8);
          if (!decoded) throw new Error('the decoder returned no picture');
          return createImage(decoded, decoded.data);
        } catch (error) {
          throw new AppError(
            'undecodable',
            'avif: the picture data is corrupt, cut short, or has another size than the header says',
            { cause: error },
          );
        } finally {
          heapLimit = Number.POSITIVE_INFINITY;
        }
      }, needs);
      await pace(1);
      const { aperture, coded } = header;
      const isCoded = image.width === coded?.width && image.height === coded.height;
      return aperture && isCoded ? cropTo(image, aperture) : image;
    },
    async encode({ data, width, height }, { quality, pace = noPace }) {
      checkEdges({ width, height }, { format: 'avif', maxEdge: AVIF_MAX_EDGE });
      const settings = avifSettings(quality);
      const encoded = await runEncoder(
        ({ calls }) => {
          const file = calls.encode(data, width, height, settings);
          if (!file) throw new Error(`avif: the encoder failed on ${width}×${height} pixels`);
          return file;
        },
        avifEncodeHeap({ width, height }, { quality }),
      );
      await pace(1);
      return encoded;
    },
    decodeCost: avifDecodeCost,
    encodeCost: avifEncodeCost,
  };
}
