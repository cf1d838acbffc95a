// Reads the header of an AVIF file: the properties of its primary item in the `meta` box.
import { AppError } from '../../errors.ts';
import { fourCc, latin1, viewOf } from '../bytes.ts';
import type { Probe } from '../codec.ts';

type Box = { type: number; start: number; end: number };

const META = fourCc('meta');
const PITM = fourCc('pitm');
const IPRP = fourCc('iprp');
const IPCO = fourCc('ipco');
const IPMA = fourCc('ipma');
const ISPE = fourCc('ispe');
const IROT = fourCc('irot');
const IMIR = fourCc('imir');
const PIXI = fourCc('pixi');
const AV1C = fourCc('av1C');
const AUXC = fourCc('auxC');
const AVIS = fourCc('avis');

/** Keeps a file of millions of empty boxes from filling the memory; real ones have dozens. */
const MAX_BOXES = 4096;

/**
 * EXIF orientation by [quarter turns anticlockwise][no mirror, top with bottom, left with right].
 */
const orientations = [
  [1, 4, 2],
  [8, 5, 7],
  [3, 2, 4],
  [6, 7, 5],
];

/**
 * The header of an AVIF, or undefined where the bytes end before its `meta` box does. Throws
 * `undecodable` for a corrupt one.
 */
export function probeAvif(bytes: Uint8Array): Probe | undefined {
  const view = viewOf(bytes);
  const properties = primaryProperties(view);
  if (!properties) return undefined;
  const { all, own } = properties;
  const read = (type: number, offset: number, bytes = 1) => {
    const box = own.find((candidate) => candidate.type === type);
    if (!box || box.start + offset + bytes > box.end) return undefined;
    const at = box.start + offset;
    return bytes === 4 ? view.getUint32(at) : view.getUint8(at);
  };
  const width = read(ISPE, 4, 4) ?? 0;
  const height = read(ISPE, 8, 4) ?? 0;
  if (width === 0 || height === 0) throw corrupt('there is no size');
  const coding = read(AV1C, 2) ?? 0;
  const codedDepth = coding & 0x40 ? (coding & 0x20 ? 12 : 10) : 8;
  const mirror = read(IMIR, 0);
  const alpha = all.some((box) => box.type === AUXC && isAlpha(bytes, box));
  const colours = coding & 0x10 ? 1 : 3;
  const shared = colours === 3 ? (coding & 0x08 ? 2 : 1) * (coding & 0x04 ? 2 : 1) : 1;
  return {
    format: 'avif',
    width,
    height,
    bitDepth: read(PIXI, 5) ?? codedDepth,
    channels: colours + (alpha ? 1 : 0),
    samples: 1 + (colours - 1) / shared + (alpha ? 1 : 0),
    alpha,
    orientation:
      orientations[(read(IROT, 0) ?? 0) & 3]?.[mirror === undefined ? 0 : 1 + (mirror & 1)] ?? 1,
    frames: view.getUint32(8) === AVIS ? 2 : 1,
    progressive: false,
  };
}

/**
 * The property boxes of the file (`all`) and those of its primary item (`own`), or undefined where the bytes end before the `meta`
 * box does. Throws `undecodable` for a corrupt one.
 */
export function primaryProperties(view: DataView): { all: Box[]; own: Box[] } | undefined {
  const meta = findMeta(view);
  if (!meta) return undefined;
  const children = childBoxes(view, { ...meta, start: meta.start + 4 });
  const pitm = children.find(({ type }) => type === PITM);
  const iprp = children.find(({ type }) => type === IPRP);
  if (!pitm || !iprp) throw corrupt('there is no primary item');
  const properties = childBoxes(view, iprp);
  const ipco = properties.find(({ type }) => type === IPCO);
  if (!ipco) throw corrupt('there are no item properties');
  const all = childBoxes(view, ipco);
  const ipmas = properties.filter(({ type }) => type === IPMA);
  const indices = ipmas.flatMap((ipma) => associations(view, ipma, itemId(view, pitm)));
  return { all, own: indices.map((index) => all[index - 1]).filter((box) => box !== undefined) };
}

/** The box at `at`, before `end`; undefined where its own header is cut. */
function boxAt(view: DataView, at: number, end: number): Box | undefined {
  if (at + 8 > end) return undefined;
  const type = view.getUint32(at + 4);
  let size = view.getUint32(at);
  let header = 8;
  if (size === 1) {
    if (at + 16 > end) return undefined;
    size = Number(view.getBigUint64(at + 8));
    header = 16;
  }
  if (size < header) throw corrupt(`a box at byte ${at} claims ${size} bytes`);
  return { type, start: at + header, end: at + size };
}

function findMeta(view: DataView): Box | undefined {
  let at = 0;
  for (;;) {
    const box = boxAt(view, at, view.byteLength);
    if (!box) return undefined;
    if (box.type === META) return box.end <= view.byteLength ? box : undefined;
    at = box.end;
  }
}

function childBoxes(view: DataView, parent: { start: number; end: number }): Box[] {
  const boxes: Box[] = [];
  for (let at = parent.start; at < parent.end; ) {
    const box = boxAt(view, at, parent.end);
    if (!box || box.end > parent.end) throw corrupt(`a box at byte ${at} leaves the one around it`);
    if (boxes.length === MAX_BOXES) throw corrupt(`more than ${MAX_BOXES} boxes in one`);
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

function itemId(view: DataView, { start, end }: Box): number {
  const wide = end > start && view.getUint8(start) > 0;
  if (start + (wide ? 8 : 6) > end) throw corrupt('the primary item is cut short');
  return wide ? view.getUint32(start + 4) : view.getUint16(start + 4);
}

/** The one-based indices into `ipco` that belong to `item`, in order. */
function associations(view: DataView, { start, end }: Box, item: number): number[] {
  const need = (at: number) => {
    if (at > end) throw corrupt('the property associations are cut short');
  };
  need(start + 8);
  const idBytes = view.getUint8(start) > 0 ? 4 : 2;
  const indexBytes = view.getUint8(start + 3) & 1 ? 2 : 1;
  const entries = view.getUint32(start + 4);
  const found: number[] = [];
  let at = start + 8;
  for (let entry = 0; entry < entries; entry++) {
    need(at + idBytes + 1);
    const id = idBytes === 4 ? view.getUint32(at) : view.getUint16(at);
    const count = view.getUint8(at + idBytes);
    at += idBytes + 1;
    need(at + count * indexBytes);
    for (let i = 0; id === item && i < count && found.length < MAX_BOXES; i++) {
      const from = at + i * indexBytes;
      found.push(indexBytes === 2 ? view.getUint16(from) & 0x7fff : view.getUint8(from) & 0x7f);
    }
    at += count * indexBytes;
  }
  return found;
}

function isAlpha(bytes: Uint8Array, { start, end }: Box): boolean {
  return /^urn:mpeg:(mpegB:cicp:systems:auxiliary:alpha|hevc:2015:auxid:1)/.test(
    latin1(bytes, start + 4, Math.min(end, start + 68)),
  );
}

function corrupt(what: string): AppError {
  return new AppError('undecodable', `avif: the header is corrupt: ${what}`);
}
