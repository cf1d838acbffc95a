// The declaration of PNG.
import { ascii, type FormatDeclaration } from '../format.ts';
import { createPngCodec } from './codec.ts';
import { probePng } from './probe.ts';
import { findPngProfile } from './profile.ts';
import { createRowFilter, rowFilterModule } from './row-filter/row-filter.ts';

export const png = {
  name: 'png',
  label: 'PNG',
  mime: 'image/png',
  extension: 'png',
  signatures: [[0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a]],
  readHeader: probePng,
  findProfile: findPngProfile,
  assembly: { encoder: rowFilterModule },
  createCodec: (moduleOf, heaps) => createPngCodec(createRowFilter(moduleOf('encoder'), heaps)),
  output: { alpha: true, lossless: 'always', maxEdge: 2 ** 31 - 1, universal: true },
} as const satisfies FormatDeclaration;
