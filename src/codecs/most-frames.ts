// The limit on the number of frames of an animation.

/**
 * Most frames of an animation that is read. Probes stop counting at one more, so that a file of hundreds of thousands of tiny frames
 * takes no time; its first frame can still be shown.
 */
export const MOST_FRAMES = 10_000;
