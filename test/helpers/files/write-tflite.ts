// Writes TFLite files with the FlatBuffers builder, operator by operator.
import { Builder } from 'flatbuffers';
import { toFloat16 } from '../../../src/graph/float16.ts';

export type WrittenTensor = {
  name?: string;
  shape: readonly number[];
  type?: number;
  bytes?: Uint8Array;
  scales?: readonly number[];
  zeroPoints?: readonly number[];
};

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength).slice();

/** A constant of halves. */
export const halves = (shape: readonly number[], values: Float32Array): WrittenTensor => ({
  shape,
  type: 1,
  bytes: bytesOf(toFloat16(values)),
});

/** A constant of integers, one scale for each channel. */
export const quantised = (
  shape: readonly number[],
  values: Int8Array | Int32Array,
  scales: readonly number[],
): WrittenTensor => ({
  shape,
  type: values instanceof Int8Array ? 9 : 2,
  bytes: bytesOf(values),
  scales,
  zeroPoints: scales.map(() => 0),
});

/** A file of one graph; tensors are identified by the numbers that `tensor` returns. */
export function createTflite() {
  const tensors: WrittenTensor[] = [];
  const operators: { code: number; inputs: number[]; outputs: number[] }[] = [];
  return {
    tensor: (tensor: WrittenTensor): number => tensors.push(tensor) - 1,
    /** Adds an operator with one output tensor, whose number it returns. */
    operator(code: number, inputs: number[], shape: readonly number[] = []): number {
      const output = tensors.push({ shape }) - 1;
      operators.push({ code, inputs, outputs: [output] });
      return output;
    },
    file(inputs: number[], version = 3): Uint8Array {
      const builder = new Builder(1024);
      const codes = [...new Set(operators.map(({ code }) => code))];
      const codeTables = codes.map((code) =>
        table(builder, 4, () => {
          builder.addFieldInt8(0, Math.min(code, 127), 0);
          builder.addFieldInt32(3, code, 0);
        }),
      );
      const contents = [new Uint8Array(0), ...tensors.flatMap(({ bytes }) => bytes ?? [])];
      const buffers = contents.map((content) => {
        const data = content.length > 0 ? builder.createByteVector(content) : 0;
        return table(builder, 3, () => builder.addFieldOffset(0, data, 0));
      });
      let constants = 0;
      const tensorTables = tensors.map((tensor) =>
        writeTensor(builder, tensor, tensor.bytes ? ++constants : 0),
      );
      const operatorTables = operators.map(({ code, ...operands }) => {
        const [from, to] = [operands.inputs, operands.outputs].map((of) => int32s(builder, of));
        return table(builder, 9, () => {
          builder.addFieldInt32(0, codes.indexOf(code), 0);
          builder.addFieldOffset(1, from as number, 0);
          builder.addFieldOffset(2, to as number, 0);
        });
      });
      const fields = [
        offsets(builder, tensorTables),
        int32s(builder, inputs),
        int32s(builder, [tensors.length - 1]),
        offsets(builder, operatorTables),
      ];
      const graph = table(builder, 5, () => {
        for (const [i, offset] of fields.entries()) builder.addFieldOffset(i, offset, 0);
      });
      const [codeList, graphs, bufferList] = [codeTables, [graph], buffers].map((of) =>
        offsets(builder, of),
      ) as [number, number, number];
      const model = table(builder, 8, () => {
        builder.addFieldInt32(0, version, 0);
        builder.addFieldOffset(1, codeList, 0);
        builder.addFieldOffset(2, graphs, 0);
        builder.addFieldOffset(4, bufferList, 0);
      });
      builder.finish(model, 'TFL3');
      return builder.asUint8Array().slice();
    },
  };
}

function table(builder: Builder, fields: number, add: () => void): number {
  builder.startObject(fields);
  add();
  return builder.endObject();
}

function list(builder: Builder, length: number, size: number, add: (i: number) => void): number {
  builder.startVector(size, length, size);
  for (let i = length - 1; i >= 0; i--) add(i);
  return builder.endVector();
}

const offsets = (builder: Builder, of: readonly number[]): number =>
  list(builder, of.length, 4, (i) => builder.addOffset(of[i] as number));

const int32s = (builder: Builder, of: readonly number[]): number =>
  list(builder, of.length, 4, (i) => builder.addInt32(of[i] as number));

function writeTensor(builder: Builder, tensor: WrittenTensor, buffer: number): number {
  const { name = 'some tensor', shape, type = 0, scales = [], zeroPoints = [] } = tensor;
  const title = builder.createString(name);
  const sizes = int32s(builder, shape);
  const scale = list(builder, scales.length, 4, (i) => builder.addFloat32(scales[i] as number));
  const points = list(builder, zeroPoints.length, 8, (i) =>
    builder.addInt64(BigInt(zeroPoints[i] as number)),
  );
  const quantization = table(builder, 7, () => {
    builder.addFieldOffset(2, scale, 0);
    builder.addFieldOffset(3, points, 0);
  });
  return table(builder, 8, () => {
    builder.addFieldOffset(0, sizes, 0);
    builder.addFieldInt8(1, type, 0);
    builder.addFieldInt32(2, buffer, 0);
    builder.addFieldOffset(3, title, 0);
    builder.addFieldOffset(4, quantization, 0);
  });
}
