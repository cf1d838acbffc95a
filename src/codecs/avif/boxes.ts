// Reads the boxes of an AVIF file: the properties that its `meta` box lists, and which of them its primary item has.
import { AppError } from '../../errors.ts';
import { fourCc } from '../bytes.ts';

/** A box; its payload is `start…end`. */
export type Box = { type: number; start: number; end: number };

const META = fourCc('meta');
const PITM = fourCc('pitm');
const IPRP = fourCc('iprp');
const IPCO = fourCc('ipco');
const IPMA = fourCc('ipma');

/** Most boxes in one box, so that a file of millions of empty boxes cannot fill the memory; real files have dozens. */
const MAX_BOXES = 4096;

/**
 * The property boxes of the file (`all`) and those of its primary item (`own`); undefined if the bytes end before the `meta` box
 * does. Throws `undecodable` if the boxes are corrupt.
 */
export function primaryProperties(view: DataView): { all: Box[]; own: Box[] } | undefined {
  const meta = findMeta(view);
  if (!meta) return undefined;
  const children = childBoxes(view, { ...meta, start: meta.start + 4 });
  const pitm = children.find(({ type }) => type === PITM);
  const iprp = children.find(({ type }) => type === IPRP);
  if (!pitm || !iprp) throw corruptHeader('there is no primary item');
  const properties = childBoxes(view, iprp);
  const ipco = properties.find(({ type }) => type === IPCO);
  if (!ipco) throw corruptHeader('there are no item properties');
  const all = childBoxes(view, ipco);
  const ipmas = properties.filter(({ type }) => type === IPMA);
  const indices = ipmas.flatMap((ipma) => associations(view, ipma, itemId(view, pitm)));
  return { all, own: indices.map((index) => all[index - 1]).filter((box) => box !== undefined) };
}

/** The box at `at`, before `end`; undefined if its own header is cut short. */
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
  if (size < header) throw corruptHeader(`a box at byte ${at} claims ${size} bytes`);
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
    if (!box || box.end > parent.end) {
      throw corruptHeader(`a box at byte ${at} reaches beyond the box around it`);
    }
    if (boxes.length === MAX_BOXES) throw corruptHeader(`more than ${MAX_BOXES} boxes in one`);
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

function itemId(view: DataView, { start, end }: Box): number {
  const wide = end > start && view.getUint8(start) > 0;
  if (start + (wide ? 8 : 6) > end) throw corruptHeader('the primary item is cut short');
  return wide ? view.getUint32(start + 4) : view.getUint16(start + 4);
}

/** The one-based indices into `ipco` that belong to `item`, in order. */
function associations(view: DataView, { start, end }: Box, item: number): number[] {
  const need = (at: number) => {
    if (at > end) throw corruptHeader('the property associations are cut short');
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

/** The error for a header that is corrupt in this way. */
export function corruptHeader(what: string): AppError {
  return new AppError('undecodable', `avif: the header is corrupt: ${what}`);
}
