// A small PNG writer: grey pictures take one channel, and each row gets the filter that suits it.
import { crc32, deflateSync } from 'node:zlib';
import type { Image } from '../../src/image.ts';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(body, 8);
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)));
  return bytes;
}

/** The channels worth storing: grey, colour, or colour with alpha. */
function channelsOf({ data }: Image): 1 | 3 | 4 {
  let channels: 1 | 3 = 1;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] !== 255) return 4;
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) channels = 3;
  }
  return channels;
}

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

const filters: readonly ((a: number, b: number, c: number) => number)[] = [
  () => 0,
  (a) => a,
  (_, b) => b,
  (a, b) => (a + b) >> 1,
  paeth,
];

function filterRow(row: Uint8Array, above: Uint8Array, channels: number): Uint8Array {
  let best = new Uint8Array(0);
  let least = Number.POSITIVE_INFINITY;
  filters.forEach((predict, type) => {
    const out = new Uint8Array(row.length + 1);
    out[0] = type;
    let sum = 0;
    for (let i = 0; i < row.length; i++) {
      const left = i < channels ? 0 : (row[i - channels] as number);
      const corner = i < channels ? 0 : (above[i - channels] as number);
      const rest = ((row[i] as number) - predict(left, above[i] as number, corner)) & 255;
      out[i + 1] = rest;
      sum += rest < 128 ? rest : 256 - rest;
    }
    if (sum < least) [best, least] = [out, sum];
  });
  return best;
}

/** The picture as an 8-bit PNG file. */
export function writePng(image: Image): Uint8Array {
  const { width, height, data } = image;
  const channels = channelsOf(image);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = { 1: 0, 3: 2, 4: 6 }[channels];
  let above = new Uint8Array(width * channels);
  const rows: Uint8Array[] = [];
  for (let y = 0; y < height; y++) {
    const row = new Uint8Array(width * channels);
    for (let i = 0; i < row.length; i++) {
      row[i] = data[4 * (y * width + Math.floor(i / channels)) + (i % channels)] as number;
    }
    rows.push(filterRow(row, above, channels));
    above = row;
  }
  const body = deflateSync(Buffer.concat(rows), { level: 9 });
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', body),
    chunk('IEND', new Uint8Array(0)),
  ]);
}
