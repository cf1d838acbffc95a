// Finds the colour profile in an AVIF file.
import { fourCc, latin1, viewOf } from '../bytes.ts';
import type { EmbeddedProfile } from '../embedded-profile.ts';
import { primaryProperties } from './boxes.ts';

const COLR = fourCc('colr');

/** The profile of the primary item; undefined if there is none. A whole profile takes precedence over code points. */
export function findAvifProfile(bytes: Uint8Array): EmbeddedProfile | undefined {
  const view = viewOf(bytes);
  const boxes = (primaryProperties(view)?.own ?? []).filter(
    ({ type, start, end }) => type === COLR && end - start >= 8,
  );
  const boxOf = (kind: string) =>
    boxes.find(({ start }) => latin1(bytes, start, start + 4) === kind);
  const whole = boxOf('prof') ?? boxOf('rICC');
  if (whole) return bytes.subarray(whole.start + 4, whole.end);
  const named = boxOf('nclx');
  if (!named) return undefined;
  return {
    primaries: view.getUint16(named.start + 4),
    transfer: view.getUint16(named.start + 6),
  };
}
