// Chooses the encodings of an answer from the URL, the client's Accept header, and the cost of encoding.
import type { Codecs, Encoding, OutputFormat, TriedEncoding } from '../codecs/codec.ts';
import { losslessFormats, outputFormats, outputRules } from '../codecs/formats.ts';
import {
  acceptedLossless,
  negotiate,
  negotiateLossless,
  preferences,
} from '../codecs/negotiate/negotiate.ts';
import type { ChooseEncodings, Limits } from '../cost/estimate.ts';
import { ownedBy, priceOf } from '../cost/rates.ts';
import { paramError } from '../errors.ts';
import type { Size } from '../image.ts';
import { endsInPalette, type Output, type Plan } from '../plan/plan.ts';

export type OutputChoice = {
  /** The encodings that are tried, given the result's size and whether it is transparent and animated; none for answers that are not pictures. */
  choose: ChooseEncodings;
  /** Part of the cache key: the formats for opaque, transparent and animated results. */
  key: string;
  /** Whether the format depends on the Accept header. */
  negotiated: boolean;
};

/** Accept header of a client that takes the formats that are encoded fastest. */
const FASTEST = 'image/jpeg, image/png';

type Ports = { codecs: Codecs; limits: Pick<Limits, 'edgeBudgetMs' | 'edgeHeapBytes'> };

/** Share of the time budget that a second lossless format may cost, 0…1. */
const SECOND_TRY_SHARE = 0.25;
/**
 * What the tries for a picture of few colours may cost: a share of the time budget, which the estimate leaves out, bytes on top of those of
 * the format that was chosen, and no more than its memory for codecs. Otherwise every photograph would reserve memory for them.
 */
const FEW_COLOURS_MOST = { share: 0.05, addedBytes: 4e6 };

/**
 * The choice for a plan and an `Accept` header. Throws `bad_option` for a format that has no encoder, and for `lossless` with one that
 * cannot keep every pixel.
 */
export function outputChoice(plan: Plan, header: string | null, ports: Ports): OutputChoice {
  const { f, compression } = plan.output;
  const accept = compression ? FASTEST : header;
  const negotiated = f === 'auto' && !compression;
  return { ...formatChoice(plan, accept, ports), negotiated };
}

type FormatChoice = Omit<OutputChoice, 'negotiated'>;

function formatChoice(plan: Plan, accept: string | null, ports: Ports): FormatChoice {
  const still = stillChoice(plan, accept, ports);
  const { f, anim, lossless } = plan.output;
  const requested = [...(['auto'] as const), ...outputFormats].find((name) => name === f);
  if (anim === false || requested === undefined) return still;
  const asked = { accept, requested, available: ports.codecs, transparent: true, animated: true };
  const [format] = preferences(asked);
  const encodings = format
    ? [{ format, lossless: isKept(format, lossless || endsInPalette(plan)) }]
    : [];
  return {
    choose: (transparent, size, animated = false) =>
      animated ? encodings : still.choose(transparent, size),
    key: f === 'auto' ? `${still.key}|${format ?? 'still'}` : still.key,
  };
}

/** Whether a format is to keep every pixel that can do so if it is asked. */
const isKept = (format: OutputFormat, isAsked: boolean): boolean =>
  isAsked && outputRules(format).lossless === 'asked';

function stillChoice(plan: Plan, accept: string | null, ports: Ports): FormatChoice {
  const { f, lossless, compression } = plan.output;
  if (f === 'blurhash' || f === 'thumbhash') return { choose: () => [], key: f };
  const requested = f === 'json' ? ('auto' as const) : f;
  const canKeep = requested === 'auto' || losslessFormats.includes(requested);
  if (lossless && !canKeep) {
    throw paramError({
      param: 'lossless',
      expected: `together with f=${['auto', ...losslessFormats].join(', ')}`,
      got: `f=${f}`,
    });
  }
  const asked = { accept, requested, available: ports.codecs };
  const costsOf = (encoding: Encoding, size: Size): EncodingCost =>
    encodingCost(encoding, { ...plan.output, size }, ports.codecs);
  const { edgeBudgetMs, edgeHeapBytes = Infinity } = ports.limits;
  const fitsIn =
    (share: number, how: Omit<Encoding, 'format'>) =>
    (format: OutputFormat, size: Size): boolean => {
      const { ms, heap } = costsOf({ format, ...how }, size);
      return ms <= share * edgeBudgetMs && heap <= edgeHeapBytes;
    };
  // Throws if a format that is requested by name has no encoder.
  const formats = [false, true].map((transparent) => preferences({ ...asked, transparent }));
  if (canKeep && (lossless || endsInPalette(plan))) {
    const how = { lossless: true, palette: endsInPalette(plan) };
    const fits = fitsIn(SECOND_TRY_SHARE, how);
    return {
      choose: (transparent, size) =>
        negotiateLossless({ ...asked, transparent, size, fits }).map((format) => ({
          format,
          ...how,
        })),
      key: f === 'json' ? f : negotiateLossless({ ...asked, transparent: false }).join('+'),
    };
  }
  const fits = (format: OutputFormat, size: Size): boolean => {
    const { autoBudgetShare } = outputRules(format);
    if (autoBudgetShare === undefined) return true;
    return fitsIn(autoBudgetShare, { lossless: false })(format, size);
  };
  // The formats that keep every pixel, in case the finished picture has few colours.
  const kept = f === 'auto' && !compression ? acceptedLossless(asked) : [];
  const few = { lossless: true, palette: true };
  /** WebP tries by itself whether it is smaller without loss. */
  const tries = (main: Encoding, size: Size): TriedEncoding[] => {
    const most = costsOf(main, size);
    return acceptedLossless({ ...asked, size })
      .filter((format) => {
        const { ms, bytes, heap } = costsOf({ format, ...few }, size);
        const { share, addedBytes } = FEW_COLOURS_MOST;
        const isSmall = bytes <= most.bytes + addedBytes && heap <= most.heap;
        return format !== main.format && ms <= share * edgeBudgetMs && isSmall;
      })
      .map((format) => ({ format, ...few, ifFewColours: true }));
  };
  return {
    choose: (transparent, size) => {
      const main = { format: negotiate({ ...asked, transparent, size, fits }), lossless: false };
      return [main, ...(kept.length > 0 ? tries(main, size) : [])];
    },
    key: f === 'json' ? f : [...formats, ...(kept.length > 0 ? [kept.join('+')] : [])].join('|'),
  };
}

type EncodingCost = { ms: number; bytes: number; heap: number };

/** Time in calibrated milliseconds and memory in bytes of an encoding; nothing for a format without an encoder. */
function encodingCost(
  { format, ...how }: Encoding,
  { q, size }: Pick<Output, 'q'> & { size: Size },
  codecs: Codecs,
): EncodingCost {
  const codec = codecs[format];
  if (!codec) return { ms: 0, bytes: 0, heap: 0 };
  const { work, bytes, heap = 0 } = codec.encodeCost(size, { quality: q, ...how });
  return { ms: priceOf(ownedBy(format, work)), bytes, heap };
}
