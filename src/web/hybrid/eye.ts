// How a picture looks from further away.

export type Eye = {
  /** Size against that of close up. */
  scale: number;
  /** Standard deviation of the blur, in pixels of the picture. */
  sigma: number;
};

/** Pixels of a screen per degree, seen from where one usually sits: 96 pixels an inch from 55 cm. */
const PIXELS_PER_DEGREE = 36;

/** Standard deviation of the eye's own blur, in degrees: about the half of a minute of arc that limits a sharp eye. */
const EYE_DEGREES = 0.7 / 60;

/**
 * The picture from `distance` times as far away: it is smaller by that factor, and the eye's blur covers as many more of its pixels. What
 * the eye blurs already from close up is not counted, since the visitor's own eye does it.
 */
export function eyeAt(distance: number): Eye {
  const own = EYE_DEGREES * PIXELS_PER_DEGREE;
  return { scale: 1 / distance, sigma: own * Math.sqrt(distance * distance - 1) };
}

/** The distance at a position of a slider from 0 to 1; steps of the slider are equal ratios. */
export const distanceAt = (position: number, farthest: number): number => farthest ** position;

/** Sizes of a pyramid: halves of a size while the shorter edge is at least `least` pixels. */
export function pyramid(
  { width, height }: { width: number; height: number },
  least = 24,
): number[] {
  const factors: number[] = [];
  for (let factor = 1; Math.min(width, height) * factor >= least && factors.length < 6; factor /= 2)
    factors.push(factor);
  return factors;
}
