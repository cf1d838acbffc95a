// Turns milliseconds into the hundredths of a second of GIF.
import { isSlowed } from '../../frame-changes.ts';
import { MAX_DELAY } from './heads.ts';

/** Shortest delay that browsers show as it is, in hundredths of a second. */
const LEAST_DELAY = 2;
/** Most milliseconds that are carried to the next frame: what rounding leaves. */
const MOST_CARRIED = 5;

/**
 * A function that turns the durations of frames, one after the other, into delays. What rounding adds to one frame is taken from the next,
 * so that an animation keeps its speed. A frame that browsers show as long as it says never becomes one that they slow down.
 */
export function createDelays(): (duration: number) => number {
  let carried = 0;
  return (duration) => {
    if (isSlowed(duration)) return Math.round(duration / 10);
    const wanted = duration + carried;
    const delay = Math.min(MAX_DELAY, Math.max(LEAST_DELAY, Math.round(wanted / 10)));
    carried = Math.max(-MOST_CARRIED, Math.min(MOST_CARRIED, wanted - 10 * delay));
    return delay;
  };
}
