// Measures JPEG decoding at a fraction of the size inside workerd: our module, and TurboJPEG's reduced transforms.
import { readJpegFile } from '../../src/codecs/jpeg/file.ts';
import {
  type Scale,
  scaledDecoding,
  startScaledJpeg,
} from '../../src/codecs/jpeg/scaled/scaled.ts';
import { startJpegTurbo } from '../../src/codecs/jpeg/turbo.ts';
import { createHeaps } from '../../src/codecs/wasm/heaps.ts';
import modules from '../../src/generated/codec-modules.js';
import { fileOf, time } from './engine.ts';

export type Decoder = 'ours' | 'TurboJPEG';

const heaps = createHeaps();
const turbo = await startJpegTurbo(modules['jpeg-decoder']!, heaps.own('turbo'));
const scaled = startScaledJpeg(modules['jpeg-scaled']!, heaps.own('scaled'));

const decoders: Record<Decoder, (bytes: Uint8Array, scale: Scale) => void> = {
  ours(bytes, scale) {
    const decoding = scaledDecoding(bytes, readJpegFile(bytes, scaled.findMarker), scale);
    if (!decoding) throw new Error('expected a file that our module decodes');
    decoding(scaled);
  },
  TurboJPEG(bytes, scale) {
    const { frame } = readJpegFile(bytes);
    const size = {
      width: Math.ceil(frame.width / scale),
      height: Math.ceil(frame.height / scale),
    };
    turbo.decode([bytes], size);
  },
};

export const jpegMeasurements = {
  async decodeScaled({ file, scale, decoder }: { file: string; scale: Scale; decoder: Decoder }) {
    const bytes = fileOf(file);
    return { ms: await time(() => decoders[decoder](bytes, scale)) };
  },
};
