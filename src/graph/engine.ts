// Port of an engine that runs graphs; on the GPU backend it is onnxruntime.

/** A tensor outside a graph: float32 values in row-major order. */
export type TensorData = { shape: readonly number[]; data: Float32Array };

/** Weights of a network by their names in the model's file. */
export type Weights = ReadonlyMap<string, TensorData>;

/** A graph that is ready to run. */
export type GraphProgram = {
  /** All outputs for these inputs, by name. Throws the device's errors. */
  run: (feeds: Readonly<Record<string, TensorData>>) => Promise<Record<string, TensorData>>;
  dispose: () => Promise<void>;
};

export type Device = { kind: 'cpu' | 'webgpu' | 'cuda'; name: string };

export type GraphEngine = {
  device: Device;
  /** Makes a program of an ONNX model; the caller disposes of it. */
  compile: (model: Uint8Array) => Promise<GraphProgram>;
};
