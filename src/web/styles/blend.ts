// A quick stand-in for another strength of a style.

/** Share of a picture of strength `shown` in a mix with the original that looks about like strength `wanted`; both 0 to 1. */
export const shareOf = (shown: number, wanted: number): number =>
  shown <= 0 ? 1 : Math.min(1, Math.max(0, wanted / shown));
