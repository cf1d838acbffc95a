// The Images binding of the Worker as a decoder, with its memory, its counts and its cap per day.
import type { ShrinkDecoder } from '../../codecs/outside/outside.ts';
import { type AllowancePorts, createAllowance } from './allowance.ts';
import { createImagesDecoder, type ImagesPorts } from './decoder.ts';

/** The decoder of a binding. */
export const createEdgeImages = (
  binding: ImagesBinding,
  ports: Omit<ImagesPorts, 'allowance'> & AllowancePorts,
): ShrinkDecoder => createImagesDecoder(binding, { ...ports, allowance: createAllowance(ports) });
