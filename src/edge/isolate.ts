// Parts that all requests of an isolate share: the budgets of its memory, codecs, the tensor backend, the gate and metrics.
import { createCodecs } from '../codecs/create-codecs.ts';
import { MAX_SHRUNK_BYTES } from '../codecs/outside/outside.ts';
import { createHeaps } from '../codecs/wasm/heaps.ts';
import { AppError } from '../errors.ts';
import { createByteAccount } from '../gate/byte-account.ts';
import { createGate } from '../gate/gate.ts';
import codecModules from '../generated/codec-modules.js';
import pixels from '../generated/pixels.wasm';
import { createMetrics } from '../http/observe/metrics.ts';
import { MULTIPART_OVERHEAD } from '../http/transform/upload.ts';
import { createPixelKernels } from '../kernels/pixels/pixels.ts';
import { createWasmBackend } from '../kernels/wasm-backend.ts';
import { sleep } from '../timing.ts';
import { tensorModules } from './tensor-modules.ts';

const MIB = 2 ** 20;

/**
 * How the 128 MB of an isolate are divided (`bench/README.md`, Memory), in bytes: pixels, WASM memory of large operations, which run
 * one at a time, and encoded files. Each part has a limit of its own, so the largest request fits even if the other parts are full.
 * The rest is for the program, garbage of V8 and the platform.
 */
const PIXEL_BYTES = 34 * MIB;
const LARGE_MEMORY_BYTES = 52 * MIB;
const ENCODED_BYTES = 20 * MIB + MULTIPART_OVERHEAD;
const TOTAL_BYTES = PIXEL_BYTES + LARGE_MEMORY_BYTES + ENCODED_BYTES;

/** Factor by which the WASM memory may exceed its estimate before work is stopped. */
const HEAP_SLACK = 1.2;

/** Longest wait of uploads and submitted jobs for memory for their files, in milliseconds. Their clients can ask again; browsers do not. */
const BYTES_WAIT_MS = 3000;

/** Makes everything that is made once per isolate. */
export function createIsolate() {
  const heaps = createHeaps();
  const codecs = createCodecs(codecModules, heaps);
  const kernels = createPixelKernels(pixels, heaps);
  const tensors = createWasmBackend(tensorModules, {
    heaps,
    maxBytes: HEAP_SLACK * LARGE_MEMORY_BYTES,
  });
  const now = (): number => performance.now();
  const wait = sleep;
  const encoded = createByteAccount({
    capacityBytes: ENCODED_BYTES,
    wait,
    now,
    limits: { maxWaitMs: BYTES_WAIT_MS },
  });
  // PNGs of an Images binding. An account of its own, because requests hold bytes in `encoded` while they wait for it.
  const shrunk = createByteAccount({ capacityBytes: MAX_SHRUNK_BYTES, wait, now });
  const held = () => {
    const { small, large } = heaps.held();
    return { small: small + encoded.state().bytes + shrunk.state().bytes, large };
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
  const limits = { edgeMemoryBytes: PIXEL_BYTES, edgeHeapBytes: LARGE_MEMORY_BYTES };
  const pause = async (): Promise<void> => {
    await wait(0);
    if (heaps.held().large <= HEAP_SLACK * LARGE_MEMORY_BYTES) return;
    throw new AppError('over_budget', 'expected less memory to be needed, the estimate was wrong');
  };
  return {
    heaps,
    codecs,
    kernels,
    tensors,
    gate,
    encoded,
    shrunk,
    metrics,
    limits,
    now,
    wait,
    pause,
  };
}
