// What all requests of an isolate share: its memory, divided up, the codecs and tensors that run in it, and its counts.
import { createAvifCodec } from '../codecs/avif.ts';
import { createHeaps } from '../codecs/heaps.ts';
import { createJpegCodec } from '../codecs/jpeg.ts';
import { createPngCodec } from '../codecs/png.ts';
import { createWebpCodec } from '../codecs/webp.ts';
import { AppError } from '../errors.ts';
import { createMetrics } from '../http/metrics.ts';
import { createGate } from '../plan/gate.ts';
import { createByteAccount } from '../plan/gate-bytes.ts';
import avifDecoder from './generated/avif-decoder.wasm';
import avifEncoder from './generated/avif-encoder.wasm';
import jpegDecoder from './generated/jpeg-decoder.wasm';
import jpegEncoder from './generated/jpeg-encoder.wasm';
import tensorModule from './generated/tfjs-backend.wasm';
import webpDecoder from './generated/webp-decoder.wasm';
import webpEncoder from './generated/webp-encoder.wasm';
import { createWasmBackend } from './wasm.ts';

const MIB = 2 ** 20;

/**
 * How the 128 MB of an isolate are used (`bench/README.md`, Memory). The program and V8's garbage have the rest. The first three are
 * what admission counts with; what the small memories of the codecs keep, and sources and uploads, comes on top of a single request's.
 */
const WORK_BYTES = 80 * MIB;
const REQUEST_BYTES = 76 * MIB;
const LARGE_MEMORY_BYTES = 60 * MIB;
const ENCODED_BYTES = 20 * MIB;

/** A request that waits for its bytes holds a connection to its source, which has a time limit of its own. */
const BYTES_WAIT_MS = 3000;

/** Everything that is made once. */
export function createIsolate() {
  const heaps = createHeaps();
  const codecs = {
    avif: createAvifCodec({ decoder: avifDecoder, encoder: avifEncoder }, heaps),
    jpeg: createJpegCodec({ decoder: jpegDecoder, encoder: jpegEncoder }, heaps),
    png: createPngCodec(),
    webp: createWebpCodec({ decoder: webpDecoder, encoder: webpEncoder }, heaps),
  };
  const tensors = createWasmBackend(tensorModule, { heaps, maxBytes: 1.2 * LARGE_MEMORY_BYTES });
  const now = (): number => performance.now();
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const gate = createGate({ capacityBytes: WORK_BYTES, heaps: heaps.held, wait, now });
  const encoded = createByteAccount({
    capacityBytes: ENCODED_BYTES,
    wait,
    now,
    limits: { maxWaitMs: BYTES_WAIT_MS },
  });
  const metrics = createMetrics(() => {
    const work = gate.state();
    return {
      inFlight: { heavy: work.heavy, light: work.light },
      accounts: { work, encoded: encoded.state() },
      heaps: heaps.bytes(),
    };
  });
  const pause = async (): Promise<void> => {
    await wait(0);
    const { small, large } = heaps.held();
    if (small + large <= WORK_BYTES + LARGE_MEMORY_BYTES) return;
    throw new AppError('over_budget', 'expected less memory to be needed, the estimate was wrong');
  };
  return {
    heaps,
    codecs,
    tensors,
    gate,
    encoded,
    metrics,
    edgeMemoryBytes: REQUEST_BYTES,
    edgeHeapBytes: LARGE_MEMORY_BYTES,
    now,
    pause,
  };
}
