// Reads the header and the list of tags of an ICC profile.
import { fourCc, viewOf } from '../bytes.ts';

const HEADER_BYTES = 128;
const NEWEST_VERSION = 4;
/** Most tags that are read; real profiles have about twenty. */
const MAX_TAGS = 256;

export type IccTags = {
  /** Four letters as numbers: the colours of the file (`RGB `, `GRAY`, `CMYK`), and those in which profiles meet (`XYZ `, `Lab `). */
  space: number;
  connection: number;
  /** The tag of this name; undefined if it is missing or outside of the file. */
  tag: (name: string) => DataView | undefined;
};

/** Undefined if the profile is cut short or of an unknown version. */
export function readTags(icc: Uint8Array): IccTags | undefined {
  const view = viewOf(icc);
  if (icc.length < HEADER_BYTES + 4 || view.getUint32(0) > icc.length) return undefined;
  if (view.getUint8(8) > NEWEST_VERSION || view.getUint32(36) !== fourCc('acsp')) return undefined;
  const tags = new Map<number, DataView>();
  const count = Math.min(view.getUint32(HEADER_BYTES), MAX_TAGS);
  for (let i = 0; i < count; i++) {
    const entry = HEADER_BYTES + 4 + 12 * i;
    if (entry + 12 > view.byteLength) break;
    const start = view.getUint32(entry + 4);
    const size = view.getUint32(entry + 8);
    if (start + size > view.byteLength) continue;
    tags.set(view.getUint32(entry), new DataView(view.buffer, view.byteOffset + start, size));
  }
  return {
    space: view.getUint32(16),
    connection: view.getUint32(20),
    tag: (name) => tags.get(fourCc(name)),
  };
}
