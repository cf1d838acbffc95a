// Reads the header of an AVIF file: the properties of its primary item.
import { fourCc, latin1, viewOf } from '../bytes.ts';
import type { Header } from '../codec.ts';
import { type Box, corruptHeader, primaryProperties } from './boxes.ts';
import { type Aperture, readAperture } from './clean-aperture.ts';

const ISPE = fourCc('ispe');
const IROT = fourCc('irot');
const IMIR = fourCc('imir');
const PIXI = fourCc('pixi');
const AV1C = fourCc('av1C');
const AUXC = fourCc('auxC');
const AVIS = fourCc('avis');
const CLAP = fourCc('clap');

/** EXIF orientation by [quarter turns anticlockwise][no mirror, top to bottom, left to right]. */
const orientations = [
  [1, 4, 2],
  [8, 5, 7],
  [3, 2, 4],
  [6, 7, 5],
];

/** The header, with the part of the coded picture that is shown if it is not all of it. */
export type AvifHeader = Header & { aperture?: Aperture };

/** The header of an AVIF; undefined if the bytes end before its `meta` box does. Throws `undecodable` for a corrupt header. */
export function probeAvif(bytes: Uint8Array): Header | undefined {
  const read = readAvifHeader(bytes);
  if (!read) return undefined;
  const { aperture, ...header } = read;
  return header;
}

/** As `probeAvif`. */
export function readAvifHeader(bytes: Uint8Array): AvifHeader | undefined {
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
  if (width === 0 || height === 0) throw corruptHeader('there is no size');
  const coding = read(AV1C, 2) ?? 0;
  const codedDepth = coding & 0x40 ? (coding & 0x20 ? 12 : 10) : 8;
  const mirror = read(IMIR, 0);
  const alpha = all.some((box) => box.type === AUXC && isAlpha(bytes, box));
  const colours = coding & 0x10 ? 1 : 3;
  const pixelsPerChroma = colours === 3 ? (coding & 0x08 ? 2 : 1) * (coding & 0x04 ? 2 : 1) : 1;
  const clap = own.find(({ type }) => type === CLAP);
  const aperture =
    clap && readAperture(viewOf(bytes.subarray(clap.start, clap.end)), { width, height });
  return {
    ...(aperture
      ? {
          width: aperture.width,
          height: aperture.height,
          coded: { width, height },
          aperture,
        }
      : { width, height }),
    bitDepth: read(PIXI, 5) ?? codedDepth,
    channels: colours + (alpha ? 1 : 0),
    samples: 1 + (colours - 1) / pixelsPerChroma + (alpha ? 1 : 0),
    alpha,
    orientation:
      orientations[(read(IROT, 0) ?? 0) & 3]?.[mirror === undefined ? 0 : 1 + (mirror & 1)] ?? 1,
    frames: view.getUint32(8) === AVIS ? 2 : 1,
    progressive: false,
  };
}

function isAlpha(bytes: Uint8Array, { start, end }: Box): boolean {
  return /^urn:mpeg:(mpegB:cicp:systems:auxiliary:alpha|hevc:2015:auxid:1)/.test(
    latin1(bytes, start + 4, Math.min(end, start + 68)),
  );
}
