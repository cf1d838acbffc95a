// The declaration of GIF, which is recognised, but neither decoded nor encoded.
import { ascii, type FormatDeclaration } from '../format.ts';
import { probeGif } from './probe.ts';

export const gif = {
  name: 'gif',
  label: 'GIF',
  mime: 'image/gif',
  extension: 'gif',
  signatures: [ascii('GIF87a'), ascii('GIF89a')],
  readHeader: probeGif,
} as const satisfies FormatDeclaration;
