// Compiles the codecs' WASM files in Node, for tests and benchmarks.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Codec } from '../../src/codecs/codec.ts';
import { createJpegCodec } from '../../src/codecs/jpeg.ts';
import { createPngCodec } from '../../src/codecs/png.ts';
import { createWebpCodec } from '../../src/codecs/webp.ts';

const require = createRequire(import.meta.url);

async function compile(name: 'jpeg' | 'png' | 'webp', file: string): Promise<WebAssembly.Module> {
  const folder = dirname(require.resolve(`@jsquash/${name}/package.json`));
  return WebAssembly.compile(await readFile(join(folder, 'codec', file)));
}

/** Ready codecs, each call with instances of its own. */
export async function loadCodecs(): Promise<{ jpeg: Codec; png: Codec; webp: Codec }> {
  const [jpegDecoder, jpegEncoder, png, webpDecoder, webpEncoder] = await Promise.all([
    compile('jpeg', 'dec/mozjpeg_dec.wasm'),
    compile('jpeg', 'enc/mozjpeg_enc.wasm'),
    compile('png', 'pkg/squoosh_png_bg.wasm'),
    compile('webp', 'dec/webp_dec.wasm'),
    compile('webp', 'enc/webp_enc_simd.wasm'),
  ]);
  return {
    jpeg: createJpegCodec({ decoder: jpegDecoder, encoder: jpegEncoder }),
    png: createPngCodec({ module: png }),
    webp: createWebpCodec({ decoder: webpDecoder, encoder: webpEncoder }),
  };
}
