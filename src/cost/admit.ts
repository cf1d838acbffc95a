// The decision whether and where a plan may run, from headers alone: place, decoders' margin, and values of `auto`.
import { AppError } from '../errors.ts';
import { type Auto, settleSteps } from '../plan/auto-steps.ts';
import { isGpuOnly, type Plan, pixelImages, vectorUses } from '../plan/plan.ts';
import { type Estimate, type EstimateContext, estimate } from './estimate.ts';
import { framesKept } from './frames.ts';
import { type Outside, withReplaced } from './outside.ts';
import { fitsEdge, overBudget, type Place, refuseWithoutBackend, withAdvice } from './place.ts';
import { detailMargins, leastMargins, type Margins } from './shrink.ts';
import { isRead, type SourceFile } from './source-file.ts';

export type Admitted<File extends SourceFile = SourceFile> = {
  /** The main image first; some may be marked as decoded outside. */
  files: readonly File[];
  /** The plan with every `auto` replaced by a number. */
  plan: Plan;
  estimate: Estimate;
  place: Place;
  /** The value of each `auto`. */
  autos: Auto[];
};

export type AdmitContext = Omit<EstimateContext, 'margins'> & {
  /** Places that are available. The edge is preferred if the plan fits it. */
  places: readonly Place[];
  /** Whether only the first bytes of the files are here, so that it is not known whether the vectors of further images are stored. */
  foreseen?: boolean;
  /** The decoder for files that do not fit the edge or are not decoded there; none, and no advice to have one, if left out. */
  outside?: Outside | undefined;
};

/**
 * Decides where a plan runs. `files` has the main image first, then those of `pixelImages`. An animation keeps its frames, unless the
 * format is chosen automatically and they are over the edge's budget. A plan that fits the edge only if another decoder shrinks its files
 * first runs there. Throws what `estimate` throws, `backend_unavailable` if a step needs a GPU backend and there is none, and `over_budget`
 * if no place can run the plan.
 */
export function admit<File extends SourceFile>(
  asked: Plan,
  files: readonly File[],
  context: AdmitContext,
): Admitted<File> {
  refuseWithoutBackend(asked, context.places);
  const frames = framesKept(asked, files[0]!, context);
  const all = createAdmission(asked, files, { ...context, frames });
  const here = areRead(files, context) ? all.atEdge() : undefined;
  if (here) return here;
  if (frames > 1 && asked.output.f !== 'auto') return all.elsewhere();
  const still = frames > 1 ? createAdmission(asked, files, context) : all;
  return (frames > 1 ? still.atEdge() : undefined) ?? decodedOutside(asked, files, context, still);
}

type Admission<File extends SourceFile> = ReturnType<typeof createAdmission<File>>;

/** The decision with files that are decoded outside; if there is no such decoder, or it does not help, the one of `own` about other places. */
function decodedOutside<File extends SourceFile>(
  asked: Plan,
  files: readonly File[],
  context: AdmitContext,
  own: Admission<File>,
): Admitted<File> {
  const { outside, codecs } = context;
  if (!outside) return own.elsewhere();
  for (const replaced of withReplaced(files, codecs, outside)) {
    if (!areRead(replaced, context)) continue;
    const admitted = createAdmission(asked, replaced, context).atEdge();
    if (admitted) return outside.configured ? admitted : own.elsewhere(true);
  }
  return own.elsewhere();
}

const areRead = (files: readonly SourceFile[], { codecs }: Pick<AdmitContext, 'codecs'>): boolean =>
  files.every((file) => isRead(file, codecs));

function createAdmission<File extends SourceFile>(
  asked: Plan,
  files: readonly File[],
  context: AdmitContext,
) {
  const { limits, places, frames = 1, foreseen = false } = context;
  const further = pixelImages(asked);
  type Chosen = { kept?: number; of?: readonly SourceFile[] };
  const estimateWith = (plan: Plan, margins: Margins, { kept = frames, of = files }: Chosen = {}) =>
    estimate(plan, of, further, { ...context, margins, frames: kept });
  const estimateOf = (plan: Plan, chosen?: Chosen): Estimate => {
    const roomy = estimateWith(plan, detailMargins, chosen);
    return fitsEdge(roomy, limits) ? roomy : estimateWith(plan, leastMargins, chosen);
  };
  const fits = (plan: Plan, chosen?: Chosen): boolean => {
    try {
      return fitsEdge(estimateOf(plan, chosen), limits);
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  };
  const isForEdge = places.includes('edge') && !asked.steps.some(isGpuOnly);
  /** Undefined if the edge cannot run the plan. */
  const atEdge = (): Admitted<File> | undefined => {
    if (!isForEdge) return undefined;
    const { plan, taken } = settleSteps(asked, (each) => fits(each));
    const predicted = estimateOf(plan);
    if (!fitsEdge(predicted, limits)) return undefined;
    return { files, plan, estimate: predicted, place: 'edge', autos: taken };
  };
  /** The GPU backend; throws if there is none. `imagesHelps`: a decoder outside would make the plan fit the edge, but there is none. */
  const elsewhere = (imagesHelps = false): Admitted<File> => {
    try {
      if (isForEdge && !places.includes('gpu')) {
        const { plan } = settleSteps(asked, (each) => fits(each));
        // What a hint proposes must fit whatever length the files turn out to have.
        const longest = files.map((file) => ({
          ...file,
          byteLength: file.mostBytes ?? file.byteLength,
        }));
        throw overBudget(plan, estimateOf(plan), limits, {
          fits: (each, kept = frames) => fits(each, { kept, of: longest }),
          certain: !foreseen || vectorUses(asked).length === 0,
        });
      }
      // The backend has no budget: the most steps that `auto` allows, and the decoders' larger margin.
      const { plan, taken } = settleSteps(asked, () => true);
      const predicted = estimateWith(plan, detailMargins);
      return { files, plan, estimate: predicted, place: 'gpu', autos: taken };
    } catch (error) {
      throw withAdvice(error, { imagesHelps });
    }
  };
  return { atEdge, elsewhere };
}
