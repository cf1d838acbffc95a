// Decides from the headers of the files where a plan is rendered. Decodes nothing.
import type { Codecs, EarlyDecoding } from '../codecs/codec.ts';
import type { ShrinkDecoder } from '../codecs/outside/outside.ts';
import { type Admitted, admit } from '../cost/admit.ts';
import type { ChooseEncodings, Limits } from '../cost/estimate.ts';
import type { Outside } from '../cost/outside.ts';
import type { Place } from '../cost/place.ts';
import { decoderOf } from '../cost/source-file.ts';
import { type Plan, pixelImages, vectorUses } from '../plan/plan.ts';
import { withOutputStep } from './answer.ts';
import { type FileHead, type OpenFile, openFile, withColours } from './load.ts';
import { findVectors, type VectorPorts, type WantedVector } from './vectors.ts';

export type Blobs = {
  main: Uint8Array;
  /** Further images by their text in the plan. */
  further: ReadonlyMap<string, Uint8Array>;
  /** What `beginEarly` began with the main image. */
  early?: EarlyDecoding | undefined;
  /** Called when all pictures of a plan that is rendered here are decoded and the files are needed no more. */
  releaseFiles?: (() => void) | undefined;
};

export type AskedPlan = {
  plan: Plan;
  blobs: Blobs;
  /** Chooses the output format, given the result's size and whether it is transparent. */
  choose: ChooseEncodings;
};

/** A plan with its files and their headers, and the place that renders it. */
export type Placed = Admitted<OpenFile> & {
  /** Texts of the further images whose pixels steps need; their files follow the main one. */
  names: readonly string[];
  vectors: {
    known: readonly WantedVector[];
    wanted: readonly (WantedVector & { file: OpenFile })[];
  };
  /** Time of looking up vectors, in milliseconds. */
  lookedUp: number;
  choose: ChooseEncodings;
  releaseFiles?: (() => void) | undefined;
};

/** A plan with the first bytes of its files: the main one, then those of `pixelImages`. */
export type AskedByHeads = Pick<AskedPlan, 'plan' | 'choose'> & { heads: readonly FileHead[] };

export type PlacePorts = Pick<VectorPorts, 'vectors' | 'log'> & {
  codecs: Codecs;
  limits: Limits;
  /** Milliseconds; only differences count. */
  now: () => number;
  /** Decodes what this place cannot hold or does not read. */
  shrinkDecoder?: ShrinkDecoder;
};

/** The decoder outside; without one, plans are compared with what a typical one would take. */
const outsideOf = ({ shrinkDecoder }: PlacePorts): Outside =>
  shrinkDecoder
    ? { takes: shrinkDecoder.takes, configured: true }
    : { takes: () => true, configured: false };

/** A file that is decoded outside comes upright and in sRGB, and not while it arrives. */
function asConvertedOutside(file: OpenFile): OpenFile {
  if (!file.outside) return file;
  const note = file.colours.note === 'sRGB' ? 'sRGB' : 'converted to sRGB';
  return { ...file, colours: { convert: undefined, byTable: false, note }, early: undefined };
}

/**
 * Decides which of the places renders a plan. A further image is not opened if the plan needs only its vector and the vector is stored.
 * Throws `not_an_image`, `format_unsupported`, `too_many_pixels`, `undecodable`, `over_budget` and `backend_unavailable`.
 */
export async function placePlan(
  { plan: asked, blobs: { main, further, early, releaseFiles }, choose }: AskedPlan,
  places: readonly Place[],
  ports: PlacePorts,
): Promise<Placed> {
  const began = ports.now();
  const found = await findVectors(vectorUses(asked), further, ports);
  const lookedUp = ports.now() - began;
  const names = pixelImages(asked);
  const files = [
    { ...openFile(main), early },
    ...names.map((name) => openFile(further.get(name)!)),
  ];
  const known = found.filter(({ vector }) => vector);
  const wanted = found
    .filter(({ vector }) => !vector)
    .map((each) => ({ ...each, file: openFile(further.get(each.use.text)!) }));
  const { codecs, limits } = ports;
  const outside = outsideOf(ports);
  const context = { codecs, limits, places, choose, vectors: wanted, outside };
  const admitted = admit(withOutputStep(asked), files, context);
  const decoded = admitted.files.map(asConvertedOutside);
  const vectors = { known, wanted };
  return { ...admitted, files: decoded, names, vectors, lookedUp, choose, releaseFiles };
}

/**
 * Refuses a plan that none of the places can render, from the first bytes of the files only, and tells what is likely to be decided for the
 * others. Throws what `placePlan` throws for these headers.
 */
export function refuseByHeads(
  { plan, choose, heads }: AskedByHeads,
  places: readonly Place[],
  ports: PlacePorts,
): Admitted {
  const { codecs, limits } = ports;
  const outside = outsideOf(ports);
  const context = { codecs, limits, places, choose, vectors: [], outside, foreseen: true };
  const whole = withOutputStep(plan);
  try {
    // Colour profiles are slow to read and only add cost, so a plan is checked without them first.
    return admit(
      whole,
      heads.map((head) => ({ ...head, converted: 'no' })),
      context,
    );
  } catch {
    // The plan is refused; with the profiles, the figures and the hint in the message are right.
    return admit(whole, heads.map(withColours), context);
  }
}

/** Begins to decode the only image of a plan that is rendered here, as its first bytes say; undefined if it is not decoded while it arrives. */
export function beginEarly(
  { plan, estimate: { shrinks }, place, files }: Admitted,
  heads: readonly FileHead[],
  codecs: Codecs,
): EarlyDecoding | undefined {
  const [head, ...others] = heads;
  // Vectors are made before any picture takes memory.
  if (!head || others.length > 0 || place !== 'edge' || vectorUses(plan).length > 0)
    return undefined;
  return decoderOf(codecs, files[0]!).decodeEarly?.(head.bytes, shrinks[0]!);
}
