// The declaration of HEIC, which is recognised and not decoded here: its video codec is patented and large.
import { AppError } from '../../errors.ts';
import { avif } from '../avif/format.ts';
import type { Header } from '../codec.ts';
import type { FormatDeclaration } from '../format.ts';

export const heic = {
  name: 'heic',
  label: 'HEIC',
  mime: 'image/heic',
  extension: 'heic',
  brands: ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'],
  readHeader: readHeicHeader,
} as const satisfies FormatDeclaration;

/** As `FormatDeclaration.readHeader`; its boxes are those of AVIF. Throws `format_unsupported` for a header that cannot be read, since the file would not be decoded here anyway. */
function readHeicHeader(bytes: Uint8Array, complete = false): Header | undefined {
  const header = headerOf(bytes);
  if (header || (header === undefined && !complete)) return header ?? undefined;
  throw new AppError(
    'format_unsupported',
    'expected a picture in another format, got HEIC, which is not supported, without a readable header',
  );
}

/** The header; undefined if the bytes end before it does, null if it is corrupt. */
function headerOf(bytes: Uint8Array): Header | undefined | null {
  try {
    return avif.readHeader(bytes);
  } catch (error) {
    if (error instanceof AppError && error.code === 'undecodable') return null;
    throw error;
  }
}
