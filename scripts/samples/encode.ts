// Encodes rendered pictures as JPEG (MozJPEG, as the Worker does) or PNG.
import { readFile } from 'node:fs/promises';
import encodeJpeg, { init } from '@jsquash/jpeg/encode.js';
import { encodePng } from '../../src/codecs/png/write/encode.ts';
import type { Image } from '../../src/image.ts';
import type { Scene } from './scene.ts';

const quality = 90;

/** The picture as a file of the given format; JPEG at quality 90. */
export async function encode(image: Image, format: Scene['format']): Promise<Uint8Array> {
  if (format === 'png') return encodePng(image);
  const url = new URL(
    '../../node_modules/@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm',
    import.meta.url,
  );
  await init(await WebAssembly.compile(await readFile(url)));
  // The encoder reads three fields only; `ImageData` itself is a browser's class.
  return new Uint8Array(await encodeJpeg(image as unknown as ImageData, { quality }));
}
