// Pictures as networks take and give them.
import type { Size } from '../image.ts';

/** sRGB-coded colours 0…1, row by row, three values a pixel (`[height, width, 3]`). */
export type Rgb = Size & { data: Float32Array };
