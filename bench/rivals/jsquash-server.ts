// A process that makes thumbnails in jSquash's usual way: decode every pixel, resize, encode.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import decodeJpeg, { init as initDecoder } from '@jsquash/jpeg/decode.js';
import encodeJpeg, { init as initJpegEncoder } from '@jsquash/jpeg/encode.js';
import resize, { initResize } from '@jsquash/resize';
import encodeWebp, { init as initWebpEncoder } from '@jsquash/webp/encode.js';

const require = createRequire(import.meta.url);
const compile = async (path: string): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await readFile(require.resolve(path)));

await initDecoder(await compile('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'));
await initJpegEncoder(await compile('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm'));
await initWebpEncoder(await compile('@jsquash/webp/codec/enc/webp_enc_simd.wasm'));
await initResize(await compile('@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm'));

async function thumbnail(body: ArrayBuffer, query: URLSearchParams): Promise<ArrayBuffer> {
  const picture = await decodeJpeg(body);
  const [width, height] = [Number(query.get('w')), Number(query.get('h'))];
  const small = await resize(picture, { width, height, fitMethod: 'contain' });
  return query.get('format') === 'webp'
    ? encodeWebp(small, { quality: 85 })
    : encodeJpeg(small, { quality: 85 });
}

const server = createServer(async (request, response) => {
  try {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/health') return void response.end('ok');
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = new Uint8Array(Buffer.concat(parts)).buffer;
    response.end(Buffer.from(await thumbnail(body, url.searchParams)));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);
// Ends when the benchmark ends, also if it crashes.
process.on('disconnect', () => process.exit(0));
