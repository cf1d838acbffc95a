// Converts between float32 and half precision (IEEE 754 binary16).

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function toBits(value: number): number {
  float[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below the smallest normal half, adding 1/2 leaves exactly a half's bits in the mantissa, rounded by the processor.
    bits[0] = magnitude;
    float[0] = float[0]! + 0.5;
    return sign | (bits[0]! - 0x3f000000);
  }
  const odd = (magnitude >>> 13) & 1;
  return sign | ((magnitude - 0x38000000 + 0xfff + odd) >>> 13);
}

function fromBits(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const mantissa = half & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

/** Bits of the nearest halves, ties to even; infinite beyond ±65504. */
export function toFloat16(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i += 1) halves[i] = toBits(values[i]!);
  return halves;
}

let known: Float32Array | undefined;

/** The numbers that these bits stand for. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  // A network has millions of weights, but there are only 65,536 halves, so a table pays.
  known ??= Float32Array.from({ length: 0x10000 }, (_, half) => fromBits(half));
  const table = known;
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i += 1) values[i] = table[halves[i]!]!;
  return values;
}
