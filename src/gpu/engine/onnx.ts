// Runs graphs in onnxruntime, on the processor or on a GPU.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../../errors.ts';
import type { Device, GraphEngine, TensorData } from '../../graph/engine.ts';

export type OnnxEngineOptions = {
  device: Device;
  /** Threads on the processor. */
  threads: number;
};

/** An engine on this device. Its programs throw `over_budget` where memory ends, and `backend_unavailable` where the device is lost. */
export function createOnnxEngine({ device, threads }: OnnxEngineOptions): GraphEngine {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [device.kind],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  };
  return {
    device,
    async compile(model) {
      const session = await explained(() => InferenceSession.create(model, options));
      return {
        async run(feeds) {
          const inputs = Object.entries(feeds).map(([name, { data, shape }]) => [
            name,
            new Tensor('float32', data, shape),
          ]);
          const outputs = await explained(() => session.run(Object.fromEntries(inputs)));
          return Object.fromEntries(
            Object.entries(outputs).map(([name, value]) => [name, tensorData(value)]),
          );
        },
        dispose: () => session.release(),
      };
    },
  };
}

function tensorData({ data, dims }: Tensor): TensorData {
  if (!(data instanceof Float32Array)) throw new TypeError('expected outputs of float32');
  return { shape: dims, data };
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(error);
  }
}

const OUT_OF_MEMORY =
  /out of memory|failed to allocate|bad_alloc|bad allocation|allocation failed|CUDA failure 2\b|CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED|exceeds the max(?:imum)? buffer|OutOfMemory/i;
const DEVICE_LOST =
  /device (?:is|was)? ?lost|DeviceLost|CUDA failure (?!2\b)\d+|CUDNN_STATUS_(?:EXECUTION_FAILED|INTERNAL_ERROR)|CUBLAS_STATUS_(?:EXECUTION_FAILED|INTERNAL_ERROR)|VK_ERROR_DEVICE_LOST|ERROR_(?:ILLEGAL_ADDRESS|LAUNCH_FAILED)/i;

/** What a device says, as an error that a client can understand; anything else as it is. */
export function explain(error: unknown): unknown {
  const text = String((error as Error)?.message ?? error);
  if (OUT_OF_MEMORY.test(text)) {
    return new AppError(
      'over_budget',
      "expected the work to fit the device's memory, it does not: a smaller size fits",
      { cause: error },
    );
  }
  if (DEVICE_LOST.test(text)) {
    return new AppError('backend_unavailable', 'the device was lost while it worked', {
      retryable: true,
      cause: error,
    });
  }
  return error;
}
