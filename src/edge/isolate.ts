// Parts that all requests of an isolate share: accounts of its memory, codecs, the tensor backend, the gate and metrics.
import { createCodecs } from '../codecs/create-codecs.ts';
import { MAX_SHRUNK_BYTES } from '../codecs/outside/outside.ts';
import { createHeaps } from '../codecs/wasm/heaps.ts';
import { AppError } from '../errors.ts';
import { budgetsOf } from '../gate/budgets.ts';
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

/** Factor by which the WASM memory may exceed its estimate before work is stopped. */
const HEAP_SLACK = 1.2;

/** Longest wait of uploads and submitted jobs for memory for their files, in milliseconds. Their clients can ask again; browsers do not. */
const BYTES_WAIT_MS = 3000;

/** Makes everything that is made once per isolate, which may hold so many MiB (`bench/README.md`, Memory). */
export function createIsolate(memoryMib: number) {
  const budgets = budgetsOf(memoryMib);
  const heaps = createHeaps();
  const codecs = createCodecs(codecModules, heaps);
  const kernels = createPixelKernels(pixels, heaps);
  const tensors = createWasmBackend(tensorModules, {
    heaps,
    maxBytes: HEAP_SLACK * budgets.large,
  });
  const now = (): number => performance.now();
  const wait = sleep;
  const encoded = createByteAccount({
    capacityBytes: budgets.encoded + MULTIPART_OVERHEAD,
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
  const gate = createGate({
    capacityBytes: budgets.total + MULTIPART_OVERHEAD,
    heaps: held,
    wait,
    now,
  });
  const metrics = createMetrics(() => {
    const [work, files] = [gate.state(), encoded.state()];
    return {
      inFlight: { exclusive: work.exclusive, light: work.light },
      accounts: { work: { ...work, bytes: work.bytes - files.bytes }, encoded: files },
      heaps: heaps.bytes(),
    };
  });
  const limits = { edgeMemoryBytes: budgets.pixels, edgeHeapBytes: budgets.large };
  const pause = async (): Promise<void> => {
    await wait(0);
    if (heaps.held().large <= HEAP_SLACK * budgets.large) return;
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

export type Isolate = ReturnType<typeof createIsolate>;
