// What all requests of an isolate share: its memory, divided up, the codecs and tensors that run in it, and its counts.
import { createAvifCodec } from '../codecs/avif/codec.ts';
import { createJpegCodec } from '../codecs/jpeg/codec.ts';
import { createPngCodec } from '../codecs/png/codec.ts';
import { createHeaps } from '../codecs/wasm/heaps.ts';
import { createWebpCodec } from '../codecs/webp/codec.ts';
import { AppError } from '../errors.ts';
import { createByteAccount } from '../gate/bytes.ts';
import { createGate } from '../gate/gate.ts';
import avifDecoder from '../generated/avif-decoder.wasm';
import avifEncoder from '../generated/avif-encoder.wasm';
import jpegDecoder from '../generated/jpeg-decoder.wasm';
import jpegEncoder from '../generated/jpeg-encoder.wasm';
import webpDecoder from '../generated/webp-decoder.wasm';
import webpEncoder from '../generated/webp-encoder.wasm';
import { createMetrics } from '../http/observe/metrics.ts';
import { createWasmBackend } from '../kernels/wasm-backend.ts';
import { tensorModules } from './tensor-modules.ts';

const MIB = 2 ** 20;

/**
 * How an isolate's 128 MB are used (`bench/README.md`, Memory): pixels, the memory that large WASM work takes in turn, encoded files
 * that are being read or held. Each is bounded by itself, so that whatever the others have come to, the largest request fits
 * within the sum. What is left is the program's, V8's garbage's, and the platform's.
 */
const PIXEL_BYTES = 34 * MIB;
const LARGE_MEMORY_BYTES = 52 * MIB;
const ENCODED_BYTES = 20 * MIB;
const TOTAL_BYTES = PIXEL_BYTES + LARGE_MEMORY_BYTES + ENCODED_BYTES;

/** Estimates of heaps may be wrong by this before work is stopped. */
const HEAP_SLACK = 1.2;

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
  const tensors = createWasmBackend(tensorModules, {
    heaps,
    maxBytes: HEAP_SLACK * LARGE_MEMORY_BYTES,
  });
  const now = (): number => performance.now();
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const encoded = createByteAccount({
    capacityBytes: ENCODED_BYTES,
    wait,
    now,
    limits: { maxWaitMs: BYTES_WAIT_MS },
  });
  const held = () => {
    const { small, large } = heaps.held();
    return { small: small + encoded.state().bytes, large };
  };
  const gate = createGate({ capacityBytes: TOTAL_BYTES, heaps: held, wait, now });
  const metrics = createMetrics(() => {
    const [work, files] = [gate.state(), encoded.state()];
    return {
      inFlight: { exclusive: work.exclusive, light: work.light },
      accounts: { work: { ...work, bytes: work.bytes - files.bytes }, encoded: files },
      heaps: heaps.bytes(),
    };
  });
  const pause = async (): Promise<void> => {
    await wait(0);
    if (heaps.held().large <= HEAP_SLACK * LARGE_MEMORY_BYTES) return;
    throw new AppError('over_budget', 'expected less memory to be needed, the estimate was wrong');
  };
  return {
    heaps,
    codecs,
    tensors,
    gate,
    encoded,
    metrics,
    edgeMemoryBytes: PIXEL_BYTES,
    edgeHeapBytes: LARGE_MEMORY_BYTES,
    now,
    wait,
    pause,
  };
}
