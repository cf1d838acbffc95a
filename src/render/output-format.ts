// Chooses the encodings of an answer from the URL, the client's Accept header, and the cost of encoding.
import type { Codecs, Encoding, OutputFormat } from '../codecs/codec.ts';
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
/** What lossless formats of a picture of few colours may cost: a share of the time budget, which the estimate leaves out, and bytes. */
const FEW_COLOURS_MOST = { share: 0.05, bytes: 8e6 };

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
  const fitsIn =
    (share: number, how: Omit<Encoding, 'format'>, mostBytes = Infinity) =>
    (format: OutputFormat, size: Size): boolean =>
      isWithin({ share, mostBytes }, { format, ...how }, { ...plan.output, size }, ports);
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
  return {
    choose: (transparent, size) => [
      { format: negotiate({ ...asked, transparent, size, fits }), lossless: false },
      ...(kept.length > 0 ? acceptedLossless({ ...asked, size }) : [])
        .filter((format) =>
          fitsIn(FEW_COLOURS_MOST.share, few, FEW_COLOURS_MOST.bytes)(format, size),
        )
        .map((format) => ({ format, ...few, ifFewColours: true })),
    ],
    key: f === 'json' ? f : [...formats, ...(kept.length > 0 ? [kept.join('+')] : [])].join('|'),
  };
}

/** Whether an encoding takes at most this share of the time budget and these bytes, and its memory is there. */
function isWithin(
  { share, mostBytes }: { share: number; mostBytes: number },
  { format, ...how }: Encoding,
  { q, size }: Pick<Output, 'q'> & { size: Size },
  { codecs, limits }: Ports,
): boolean {
  const codec = codecs[format];
  if (!codec) return true;
  const { work, bytes, heap = 0 } = codec.encodeCost(size, { quality: q, ...how });
  const ms = priceOf(ownedBy(format, work));
  const fitsMemory = bytes <= mostBytes && heap <= (limits.edgeHeapBytes ?? Infinity);
  return ms <= share * limits.edgeBudgetMs && fitsMemory;
}
