// What the headers of an answer say: time of each stage, predicted cost, where it came from.

export type Stage = {
  name: string;
  ms: number;
  /** Whether the time is a prediction. */
  estimated: boolean;
};

export type Facts = {
  mime: string;
  bytes: number;
  /** From the request to the last byte, in milliseconds. */
  ms: number;
  status: string;
  stages: readonly Stage[];
  cost: { estimate: number; budget: number } | undefined;
  /** Values that the service chose for parameters that are auto. */
  chosen: readonly string[];
};

/** Reads `Server-Timing`. */
export function readStages(header: string | null): Stage[] {
  return (header ?? '').split(',').flatMap((text) => {
    const [name = '', ...attributes] = text.trim().split(';');
    const of = (key: string): string | undefined =>
      attributes
        .find((each) => each.trim().startsWith(`${key}=`))
        ?.trim()
        .slice(key.length + 1);
    const ms = Number(of('dur'));
    if (name === '' || !Number.isFinite(ms)) return [];
    return [{ name, ms, estimated: /\best\b/.test(of('desc') ?? '') }];
  });
}

/** Reads `X-Cost`: `estimate=31, budget=2000, steps=4`. */
export function readCost(header: string | null): Pick<Facts, 'cost' | 'chosen'> {
  const pairs = (header ?? '').split(',').map((text) => text.trim().split('='));
  const of = (name: string): number => Number(pairs.find(([key]) => key === name)?.[1]);
  const cost = { estimate: of('estimate'), budget: of('budget') };
  const chosen = pairs
    .filter(([key = '', value]) => value !== undefined && !['estimate', 'budget'].includes(key))
    .map((pair) => pair.join('='));
  return { cost: Number.isFinite(cost.estimate) ? cost : undefined, chosen };
}

/** Reads `Cache-Status` (RFC 9211) in a word or two. */
export function cacheWord(header: string | null, fromBrowser: boolean): string {
  if (fromBrowser) return 'browser cache';
  if (header === null) return 'made now';
  if (/;\s*hit\b/.test(header)) return /detail=job/.test(header) ? 'from a job' : 'edge cache';
  return /fwd=stale/.test(header) ? 'renewed' : 'made now';
}

/** Bytes for people. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [size, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** Milliseconds for people. */
export const msText = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;

/** `webp` of `image/webp`. */
export const formatOf = (mime: string): string =>
  mime
    .split(';')[0]
    ?.split('/')[1]
    ?.replace(/^x-|\+.*$/g, '')
    .toUpperCase() ?? mime;
