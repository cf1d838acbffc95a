// The declaration of GIF.
import { ascii, type FormatDeclaration } from '../format.ts';
import { createGifCodec, GIF_MAX_EDGE } from './codec.ts';
import { probeGif } from './probe.ts';

export const gif = {
  name: 'gif',
  label: 'GIF',
  mime: 'image/gif',
  extension: 'gif',
  signatures: [ascii('GIF87a'), ascii('GIF89a')],
  readHeader: probeGif,
  createCodec: () => createGifCodec(),
  output: {
    alpha: true,
    lossless: 'few colours',
    maxEdge: GIF_MAX_EDGE,
    universal: false,
    animation: true,
    onlyAnimation: true,
  },
} as const satisfies FormatDeclaration;
