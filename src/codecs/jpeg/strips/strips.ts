// Joins the files of a picture's strips into one file, so that the encoder need not hold the whole picture.
import { viewOf } from '../../bytes.ts';
import { isScan, type JpegScan, readJpegFile } from '../file.ts';
import type { JpegFrame } from '../frame.ts';
import { isFrameHeader, marker } from '../segments.ts';
import { type HuffmanCodes, huffmanCodes } from './codes.ts';
import {
  type BitReader,
  createBitReader,
  type HuffmanTable,
  readBits,
  readSymbol,
} from './huffman.ts';
import { noTables, readJpegTables } from './tables.ts';

/** The tables of a block, and their numbers in the joined file: 0 and 1 for DC, 2 and 3 for AC. */
type Block = { dc: HuffmanTable; ac: HuffmanTable; dcList: number; acList: number };

type Strip = {
  bytes: Uint8Array;
  frame: JpegFrame;
  scan: JpegScan;
  units: number;
  blocks: Block[];
};

/** Receives a symbol of table `list` and the bits that follow it. */
type Take = (list: number, symbol: number, bits: number) => void;

/**
 * One baseline file of `height` rows from whole baseline files with the same quantisation. Each file is a strip of full width, and
 * all but the last end with a whole unit. Restart markers separate the strips. Their symbols are coded again, with codes that suit
 * all strips.
 */
export function joinJpegStrips(files: readonly Uint8Array[], height: number): Uint8Array {
  const strips = files.map(openStrip);
  const first = strips[0]!;
  const frequencies = [0, 1, 2, 3].map(() => new Uint32Array(256));
  for (const strip of strips) {
    readStrip(strip, (list, symbol) => {
      frequencies[list]![symbol]!++;
    });
  }
  const tables = frequencies.map(huffmanCodes);
  const writer = createBitWriter(files.reduce((sum, { length }) => sum + length, 4096));
  writer.bytes(headOf(first, height, tables));
  strips.forEach((strip, i) => {
    if (i > 0) writer.marker(0xd0 + ((i - 1) % 8));
    readStrip(strip, (list, symbol, bits) => {
      const { codes, lengths } = tables[list]!;
      writer.bits(codes[symbol]!, lengths[symbol]!);
      const size = symbol & 15;
      if (size > 0) writer.bits(bits, size);
    });
    writer.fillUp();
  });
  writer.marker(marker.eoi);
  return writer.end();
}

function openStrip(bytes: Uint8Array): Strip {
  const { frame, parts } = readJpegFile(bytes);
  const tables = noTables();
  for (const part of parts) if (!isScan(part)) readJpegTables(bytes, part, tables);
  const scan = parts.find(isScan)!;
  const blocks = frame.components.flatMap(({ h, v }, i): Block[] => {
    const lists = bytes[scan.start + 2 + 2 * i]!;
    const dc = tables.dc[lists >> 4]?.();
    const ac = tables.ac[lists & 15]?.();
    if (!dc || !ac)
      throw new Error('jpeg: expected a Huffman table in what the encoder wrote, got none');
    return new Array<Block>(h * v).fill({ dc, ac, dcList: lists >> 4, acList: 2 + (lists & 15) });
  });
  const units =
    Math.ceil(frame.width / (8 * frame.maxH)) * Math.ceil(frame.height / (8 * frame.maxV));
  return { bytes, frame, scan, units, blocks };
}

function readStrip({ bytes, scan, units, blocks }: Strip, take: Take): void {
  const reader = createBitReader(bytes, { start: scan.end, end: scan.dataEnd });
  for (let unit = 0; unit < units; unit++) {
    for (let i = 0; i < blocks.length; i++) readBlock(reader, blocks[i]!, take);
  }
}

function readBlock(reader: BitReader, { dc, ac, dcList, acList }: Block, take: Take): void {
  const size = readSymbol(reader, dc);
  take(dcList, size, size > 0 ? readBits(reader, size) : 0);
  for (let k = 1; k < 64; k++) {
    const symbol = readSymbol(reader, ac);
    take(acList, symbol, symbol & 15 ? readBits(reader, symbol & 15) : 0);
    if (symbol === 0) return;
    k += symbol >> 4;
  }
}

/** Everything before the scan's data: the first strip's segments, with the height of the picture and the new codes. */
function headOf(
  { bytes, scan, units }: Strip,
  height: number,
  tables: readonly HuffmanCodes[],
): Uint8Array {
  const head: number[] = [0xff, marker.soi];
  for (let at = 2; at < scan.start - 4; ) {
    const code = bytes[at + 1]!;
    const end = at + 2 + viewOf(bytes).getUint16(at + 2);
    if (code !== marker.dht) {
      const segment = bytes.slice(at, end);
      if (isFrameHeader(code)) viewOf(segment).setUint16(5, height);
      head.push(...segment);
    }
    at = end;
  }
  tables.forEach(({ counts, symbols }, list) => {
    if (symbols.length === 0) return;
    const number = list < 2 ? list : 0x10 + list - 2;
    head.push(0xff, marker.dht, 0, 19 + symbols.length, number, ...counts, ...symbols);
  });
  head.push(0xff, marker.dri, 0, 4, units >> 8, units & 255);
  head.push(...bytes.subarray(scan.start - 4, scan.end));
  return Uint8Array.from(head);
}

function createBitWriter(expectedBytes: number) {
  let file = new Uint8Array(expectedBytes);
  let at = 0;
  let pending = 0;
  let count = 0;
  const reserve = (length: number) => {
    if (at + length <= file.length) return;
    const larger = new Uint8Array(2 * file.length + length);
    larger.set(file);
    file = larger;
  };
  const bits = (value: number, length: number) => {
    reserve(8);
    pending = ((pending << length) | value) & 0xffffff;
    count += length;
    while (count >= 8) {
      count -= 8;
      const byte = (pending >>> count) & 255;
      file[at++] = byte;
      if (byte === 0xff) file[at++] = 0;
    }
  };
  return {
    bits,
    fillUp: () => bits((1 << ((8 - count) & 7)) - 1, (8 - count) & 7),
    bytes(values: Uint8Array) {
      reserve(values.length);
      file.set(values, at);
      at += values.length;
    },
    marker(code: number) {
      reserve(2);
      file[at++] = 0xff;
      file[at++] = code;
    },
    end: () => file.slice(0, at),
  };
}
