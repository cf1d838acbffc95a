// What runs graphs: a port, which onnxruntime serves on the GPU backend.

/** A tensor outside of any graph: float32 values in row-major order. */
export type TensorData = { shape: readonly number[]; data: Float32Array };

/** Weights of a network by name, as a model's file has them. */
export type Weights = ReadonlyMap<string, TensorData>;

/** A graph that is ready to run. */
export type GraphProgram = {
  /** Every output for these inputs, by name. Throws what the device says. */
  run: (feeds: Readonly<Record<string, TensorData>>) => Promise<Record<string, TensorData>>;
  dispose: () => Promise<void>;
};

export type Device = { kind: 'cpu' | 'webgpu' | 'cuda'; name: string };

export type GraphEngine = {
  device: Device;
  /** Makes a program of an ONNX model; the caller disposes of it. */
  compile: (model: Uint8Array) => Promise<GraphProgram>;
};
