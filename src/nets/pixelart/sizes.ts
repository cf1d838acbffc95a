// Sizes of the pixel-art network, which its graph for training and its run on tf.js share.

/** Pixels along the edge of a cell in the picture that the network sees. */
export const CELL_PIXELS = 4;
/** Input channels: the cell's 16 pixels of luma, then the same 16 smoothed. */
export const INPUT_CHANNELS = 2 * CELL_PIXELS ** 2;
/** Channels inside. */
export const WIDTH = 32;
/** Residual blocks. */
export const BLOCKS = 5;
/** Slope of the leaky ReLU. */
export const SLOPE = 0.1;
/** Standard deviation of the low band in cells; the network cannot change what lies in it. */
export const LOW_BAND = 4;
/** Bounds of the gain on the chroma's own high band. */
export const CHROMA_GAIN = { middle: 0.35, reach: 1.05 };
