// An engine that runs graphs in onnxruntime, on the processor or on a GPU.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Device, GraphEngine, TensorData } from '../../graph/engine.ts';
import { explainDeviceError } from '../device-error.ts';

export type OnnxEngineOptions = {
  device: Device;
  /** Threads on the processor. */
  threads: number;
};

/** An engine on this device. Its programs throw `over_budget` if memory runs out, `backend_unavailable` if the device is lost. */
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
    throw explainDeviceError(error);
  }
}
