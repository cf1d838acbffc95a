// Finds the colour profile in a WebP file.
import { fourCc, viewOf } from '../bytes.ts';
import { readWebpHeader } from './header.ts';

const VP8X = fourCc('VP8X');
const ICCP = fourCc('ICCP');
/** Flag of an extended header that announces a profile. */
const HAS_PROFILE = 0x20;

/** The profile: a flag announces it, and then it is the second chunk. Undefined if there is none or if it is cut short. */
export function findWebpProfile(bytes: Uint8Array): Uint8Array | undefined {
  const header = readWebpHeader(bytes);
  if (!header) return undefined;
  const view = viewOf(bytes);
  const at = header.next;
  if (view.getUint32(12) !== VP8X || (view.getUint8(20) & HAS_PROFILE) === 0) return undefined;
  if (at + 8 > bytes.length || view.getUint32(at) !== ICCP) return undefined;
  const end = at + 8 + view.getUint32(at + 4, true);
  return end > bytes.length ? undefined : bytes.subarray(at + 8, end);
}
