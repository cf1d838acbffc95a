// Addresses in the module's memory. Everything below PLANES has a fixed place; planes and rows of pixels follow as a picture needs them.

/** Quantisation steps: four tables of 64 unsigned 16-bit numbers, in zigzag order. */
export const QUANTISATION: usize = 1024;
/** Means of the cosines over the samples that a block becomes, in units of 2^-15, by coefficient in zigzag order: for 2×2, 4×4 and 8×8 samples. */
export const BASIS_2: usize = 2048;
export const BASIS_4: usize = 2560;
export const BASIS_8: usize = 4608;
/** What is known of each component: see `component.ts`. */
export const COMPONENTS: usize = 12800;
/** The blocks of a unit: see `dc.ts`. */
export const UNIT: usize = 13056;
/** Huffman codes as the file defines them: four DC tables, then four AC tables. */
export const CODES: usize = 13312;
export const CODES_BYTES: usize = 512;
/** Look-up tables by the next 12 bits: four for DC values, four that skip AC symbols, four for AC values. */
export const DC_VALUES: usize = 20480;
export const AC_SKIPS: usize = 86016;
export const AC_VALUES: usize = 118784;
export const VALUES_BYTES: usize = 16384;
export const SKIPS_BYTES: usize = 8192;
/** Entropy-coded bytes without stuffing, written from `WINDOW_END` downwards; `WINDOW_SLACK` bytes below `WINDOW` may be read. */
export const WINDOW_SLACK: usize = 4096;
export const WINDOW: usize = 188416;
export const WINDOW_END: usize = 229376;
/** Entropy-coded bytes as they are in the file; also the definition of a Huffman table. */
export const INPUT: usize = 229632;
export const INPUT_BYTES: usize = 32768;
/** Look-up tables of two DC values by the next 12 bits. */
export const DC_PAIRS: usize = 262656;
/** Look-up tables of two AC coefficients by the next bits. */
export const AC_PAIRS: usize = 328192;
/** What coefficients are weighted by in each component: see `means.ts`. */
export const COMPONENT_WEIGHTS: usize = 393728;
export const WEIGHTS_BYTES: usize = 1024;
/** Planes of samples and rows of pixels. */
export const PLANES: usize = 400896;
