// Addresses of the tables in the module's memory. Rows and weights lie behind them, where the caller puts them.

// Constants, each in four lanes: V8 makes a constant that is written in a loop anew each time.
export const ONE: usize = 512;
export const HALF: usize = 528;
/** Last place of `BYTE_OF_LIGHT`. */
export const LAST_LIGHT: usize = 544;
/** 2^23: the sum with a value 0…2^22 has its nearest whole number in the lower bits. */
export const WHOLE: usize = 560;
/** Working memory for places in `BYTE_OF_LIGHT`, three vectors. A constant address here needs no check of bounds. */
export const PLACES: usize = 576;

/** The same for the eight pixels that `near-blur.ts` makes at a time, six vectors. */
export const BLUR_PLACES: usize = 672;

/** Last place but one of `CODE_OF_ROOT`. */
export const ROOT_STEPS: usize = 624;
/** Shares of red, green and blue in luminance; the fourth lane is 0. */
export const LUMINANCE: usize = 640;

/** Linear light of each 8-bit sRGB value, 256 floats. */
export const LIGHT_OF_BYTE: usize = 1024;
/** Each 8-bit value as a share of 255, 256 floats. */
export const SHARE_OF_BYTE: usize = 2048;
/** 8-bit sRGB value of linear light, 65,536 bytes; the last is that of 1. */
export const BYTE_OF_LIGHT: usize = 4096;
/** sRGB-coded value of linear light, 4,098 floats that are evenly spaced in its square root; the last but one is that of 1. */
export const CODE_OF_ROOT: usize = 69632;
/** Linear light of an sRGB-coded value in steps of 1/4096, 4,097 floats. */
export const LIGHT_OF_CODE: usize = 86032;
/** Linear light of each 8-bit sRGB value, 0…32767, 256 numbers of 32 bits behind 16 bytes of 0. */
export const LIGHT_15_OF_BYTE: usize = 102448;
