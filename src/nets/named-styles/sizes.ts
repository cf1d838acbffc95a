// Sizes of the network of the named styles.

/** Channels at full, half and quarter resolution. */
export const WIDTHS = [8, 16, 32] as const;
/** Residual blocks at quarter resolution. */
export const BLOCKS = 5;
/** Edge in pixels of the filters that read the picture and make the result. */
export const OUTER_SIDE = 5;
/** Added to variances that a normalisation divides by. */
export const EPSILON = 1e-5;

/** The parameters that belong to a style, by name, with their number of values. */
export const STYLE_LENGTHS: Readonly<Record<string, number>> = {
  ...withScaleAndShift('contract1', WIDTHS[0]),
  ...withScaleAndShift('contract2', WIDTHS[1]),
  ...withScaleAndShift('contract3', WIDTHS[2]),
  ...Object.assign(
    {},
    ...Array.from({ length: BLOCKS }, (_, block) => ({
      ...withScaleAndShift(`block${block}.conv1`, WIDTHS[2]),
      ...withScaleAndShift(`block${block}.conv2`, WIDTHS[2]),
    })),
  ),
  ...withScaleAndShift('expand1', WIDTHS[1]),
  ...withScaleAndShift('expand2', WIDTHS[0]),
  'last.filter': 3 * WIDTHS[0] * OUTER_SIDE * OUTER_SIDE,
  ...withScaleAndShift('last', 3),
};

function withScaleAndShift(name: string, channels: number): Record<string, number> {
  return { [`${name}.scale`]: channels, [`${name}.shift`]: channels };
}
