// The picture type that networks read and write.
import type { Size } from '../image.ts';

/** sRGB-coded colours 0…1, row by row, three values a pixel (`[height, width, 3]`). */
export type Rgb = Size & { data: Float32Array };
