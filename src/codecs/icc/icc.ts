// How the pixels of a file become sRGB.
import { fourCc } from '../bytes.ts';
import { hasInks, type Probe } from '../codec.ts';
import type { EmbeddedProfile } from '../embedded-profile.ts';
import { profileOfCodes, profileOfMeasures } from './code-points.ts';
import { inksToSrgb } from './inks.ts';
import { findProfile } from './of-file.ts';
import { type Profile, readProfile } from './profile.ts';
import { readTable } from './table.ts';
import { tableToSrgb } from './table-to-srgb.ts';
import { readTags } from './tags.ts';
import { type ToSrgb, toSrgb } from './to-srgb.ts';

export type Colours = {
  /** Converts decoded pixels to sRGB, in place; undefined if they are sRGB, or near enough. */
  convert: ToSrgb | undefined;
  /** Whether the conversion interpolates in a table, which takes longer. */
  byTable: boolean;
  /** What becomes of the file's own statement about its colours; one that is not understood is ignored. */
  note: 'sRGB' | 'converted to sRGB' | 'not understood';
};

/** The colours of a file with this header. Never throws. */
export function coloursOf(bytes: Uint8Array, header: Probe): Colours {
  const found = findProfile(bytes, header.format);
  const inks = hasInks(header);
  const table = found instanceof Uint8Array ? tableOf(found, header) : undefined;
  const profile = found && !table && !inks ? profileOf(found, header) : undefined;
  if (table) return { convert: tableToSrgb(table), byTable: true, note: 'converted to sRGB' };
  const convert = inks ? inksToSrgb : profile && toSrgb(profile);
  const isUnknown = found !== undefined && !profile;
  return {
    convert,
    byTable: false,
    note: isUnknown ? 'not understood' : convert ? 'converted to sRGB' : 'sRGB',
  };
}

/** The table of a profile that has no curves and primaries, which are faster. */
function tableOf(icc: Uint8Array, header: Probe) {
  if (hasInks(header)) return readTable(icc, 4);
  if (readProfile(icc)) return undefined;
  return readTable(icc, header.channels <= 2 ? 1 : 3);
}

function profileOf(found: EmbeddedProfile, { channels }: Probe): Profile | undefined {
  if (found === 'unusable') return undefined;
  if (!(found instanceof Uint8Array)) {
    return 'transfer' in found ? profileOfCodes(found) : profileOfMeasures(found);
  }
  // A profile for grey says nothing about colours.
  const isGrey = readTags(found)?.space === fourCc('GRAY');
  return isGrey && channels > 2 ? undefined : readProfile(found);
}
