// Entry of the Cloudflare Worker: wires modules and bindings into the application.
import jpegDecoder from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm';
import jpegEncoder from '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm';
import pngModule from '@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module';
import webpDecoder from '@jsquash/webp/codec/dec/webp_dec.wasm';
import webpEncoder from '@jsquash/webp/codec/enc/webp_enc_simd.wasm';
import tensorModule from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm';
import type { Hono } from 'hono';
import { createJpegCodec } from '../codecs/jpeg.ts';
import { createPngCodec } from '../codecs/png.ts';
import { createWebpCodec } from '../codecs/webp.ts';
import { readConfig } from '../config.ts';
import { effects } from '../effects/index.ts';
import { createApp } from '../http/app.ts';
import { problemResponse } from '../http/problem.ts';
import { parseAllowList } from '../sources/allow-list.ts';
import { createSourceReader } from '../sources/fetch-source.ts';
import { checkBase } from '../sources/source-url.ts';
import { createAssetReader, createEdgeCache, type Env } from './cloudflare.ts';
import { startWasmBackend } from './wasm.ts';

// In the global scope: a request must never wait for a promise that another request resolves.
await startWasmBackend(tensorModule);

const codecs = {
  jpeg: createJpegCodec({ decoder: jpegDecoder, encoder: jpegEncoder }),
  png: createPngCodec({ module: pngModule }),
  webp: createWebpCodec({ decoder: webpDecoder, encoder: webpEncoder }),
};

function createService(env: Env): ReturnType<typeof createApp> {
  const config = readConfig(env);
  checkBase(config.SOURCE_BASE);
  const asset = createAssetReader(env.ASSETS);
  return createApp({
    config,
    effects,
    codecs,
    sources: createSourceReader(
      { fetch: (request) => fetch(request), asset: (name) => asset(`/samples/${name}`) },
      {
        allowed: parseAllowList(config.ALLOWED_SOURCES),
        allowPrivate: config.ALLOW_PRIVATE_SOURCES,
        maxBytes: config.MAX_SOURCE_BYTES,
        timeoutMs: config.SOURCE_TIMEOUT_MS,
      },
    ),
    cache: createEdgeCache(),
    page: asset,
    requestId: () => crypto.randomUUID(),
    now: () => performance.now(),
    pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
    log: (entry) => console.error(JSON.stringify(entry)),
  });
}

let service: ReturnType<typeof createApp> | undefined;

export default {
  fetch(request: Request, env: Env, context: { waitUntil: (promise: Promise<unknown>) => void }) {
    try {
      service ??= createService(env);
    } catch (error) {
      console.error(JSON.stringify({ event: 'misconfigured', message: String(error) }));
      return problemResponse(error, { 'X-Request-Id': crypto.randomUUID() });
    }
    return service.fetch(request, env, context as Parameters<Hono['fetch']>[2]);
  },
};
