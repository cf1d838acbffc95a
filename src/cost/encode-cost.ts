// Cost of the answer's file, over all encodings that it may have.
import { outputRules } from '../codecs/formats.ts';
import type { Size } from '../image.ts';
import type { Plan } from '../plan/plan.ts';
import type { Cost } from '../work.ts';
import { inMemories } from './decode-cost.ts';
import type { EstimateContext } from './estimate.ts';
import { ownedBy, priceOf, totalWork } from './rates.ts';
import { area, RGBA_BYTES } from './source-file.ts';

/**
 * Cost of the answer: the more expensive of those for an opaque and for a transparent picture, and the largest memory of any. The work of
 * encodings that are tried for few colours alone is left out: the choice lets them take a small share of the budget only.
 */
export function encodeCost(
  size: Size,
  { output }: Plan,
  mayBeTransparent: boolean,
  { codecs, choose, frames = 1 }: EstimateContext,
): Required<Cost> {
  if (frames > 1) return animationCost(size, output.q, { codecs, choose, frames });
  const costs = (mayBeTransparent ? [false, true] : [false]).map((alpha) => {
    const possible = choose(alpha, size).flatMap(({ format, ifFewColours = false, ...how }) => {
      const codec = codecs[format];
      if (!codec) return [];
      const cost = inMemories(codec.encodeCost(size, { quality: output.q, alpha, ...how }));
      // For a codec without alpha the picture is first copied onto white.
      const flat = mayBeTransparent && !outputRules(format).alpha ? RGBA_BYTES * area(size) : 0;
      return [
        { ...cost, bytes: cost.bytes + flat, work: ownedBy(format, cost.work), ifFewColours },
      ];
    });
    const tried = possible.filter(({ ifFewColours }) => !ifFewColours);
    return {
      work: totalWork(tried.map(({ work }) => work)),
      // Files of earlier tries are held; each is shorter than its encoder's bytes. Those of pictures of few colours are short.
      bytes: Math.max(
        tried.reduce((sum, { bytes }) => sum + bytes, 0),
        ...possible.map(({ bytes }) => bytes),
      ),
      heap: Math.max(0, ...possible.map(({ heap }) => heap)),
    };
  });
  return costs.reduce<Required<Cost>>(
    (a, b) => ({
      work: priceOf(b.work) > priceOf(a.work) ? b.work : a.work,
      bytes: Math.max(a.bytes, b.bytes),
      heap: Math.max(a.heap, b.heap),
    }),
    { work: {}, bytes: 0, heap: 0 },
  );
}

/** Cost of encoding one frame, and memory of them all: as they are kept, and joined to a file. */
function animationCost(
  size: Size,
  quality: number,
  { codecs, choose, frames }: Pick<EstimateContext, 'codecs' | 'choose'> & { frames: number },
): Required<Cost> {
  const [encoding] = choose(true, size, true);
  const { format, ...how } = encoding!;
  const { kept, ...cost } = codecs[format]!.frameWriter!.cost(size, {
    quality,
    alpha: true,
    ...how,
  });
  const { work, bytes, heap } = inMemories(cost);
  return { work: ownedBy(format, work), bytes: bytes + 2 * kept * frames, heap };
}
