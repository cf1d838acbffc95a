// Chooses the format of an answer from the URL, the client's Accept header, and the cost of encoding.
import type { Codecs, OutputFormat } from '../codecs/codec.ts';
import { outputRules } from '../codecs/formats.ts';
import { negotiate, preferences } from '../codecs/negotiate/negotiate.ts';
import type { ChooseFormat, Limits } from '../cost/estimate.ts';
import { ownedBy, priceOf } from '../cost/rates.ts';
import type { Size } from '../image.ts';
import type { Plan } from '../plan/plan.ts';

export type OutputChoice = {
  /** The format, given the result's size and whether it is transparent; undefined for answers that are not pictures. */
  choose: ChooseFormat;
  /** Part of the cache key: the formats for opaque and for transparent results. */
  key: string;
  /** Whether the format depends on the Accept header. */
  negotiated: boolean;
};

/** Accept header of a client that takes the formats that are encoded fastest. */
const FASTEST = 'image/jpeg, image/png';

/** The choice for a plan and an `Accept` header. Throws `bad_option` for a format that has no encoder. */
export function outputChoice(
  { output: { f, q, compression } }: Plan,
  header: string | null,
  { codecs, limits }: { codecs: Codecs; limits: Pick<Limits, 'edgeBudgetMs' | 'edgeHeapBytes'> },
): OutputChoice {
  if (f === 'blurhash' || f === 'thumbhash') {
    return { choose: () => undefined, key: f, negotiated: false };
  }
  const requested = f === 'json' ? ('auto' as const) : f;
  const accept = compression ? FASTEST : header;
  const asked = { accept, requested, available: codecs };
  const fits = (format: OutputFormat, size: Size): boolean => {
    const codec = codecs[format];
    const { autoBudgetShare: share } = outputRules(format);
    if (share === undefined || !codec) return true;
    const { work, heap = 0 } = codec.encodeCost(size, { quality: q });
    const ms = priceOf(ownedBy(format, work));
    return ms <= share * limits.edgeBudgetMs && heap <= (limits.edgeHeapBytes ?? Infinity);
  };
  const formats = [false, true].map((transparent) => preferences({ ...asked, transparent }));
  return {
    choose: (transparent, size) => negotiate({ ...asked, transparent, size, fits }),
    key: f === 'json' ? f : formats.join('|'),
    negotiated: f === 'auto' && !compression,
  };
}
