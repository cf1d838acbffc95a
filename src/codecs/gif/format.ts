// The declaration of GIF.
import { ascii, type FormatDeclaration } from '../format.ts';
import { createGifCodec } from './codec.ts';
import { probeGif } from './probe.ts';

export const gif = {
  name: 'gif',
  label: 'GIF',
  mime: 'image/gif',
  extension: 'gif',
  signatures: [ascii('GIF87a'), ascii('GIF89a')],
  readHeader: probeGif,
  createCodec: () => createGifCodec(),
} as const satisfies FormatDeclaration;
