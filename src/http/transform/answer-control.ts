// The Cache-Control of an answer, from the configuration and from what its sources say about keeping theirs.
import type { Config } from '../../config.ts';
import type { SourceControl } from '../../sources/source-control.ts';
import { freshness } from '../caching.ts';

/** The header, and whether the answer may be stored and given to others. */
export type AnswerControl = { header: string; shared: boolean };

/**
 * `no-store` and `private` of any source are always respected. With `RESPECT_SOURCE_CACHE`, the shortest lifetime that a source states
 * caps the answer's, and a source that must be revalidated forbids stale answers.
 */
export function answerControl(
  controls: readonly (SourceControl | undefined)[],
  config: Pick<Config, 'CACHE_MAX_AGE' | 'RESPECT_SOURCE_CACHE'>,
): AnswerControl {
  const given = controls.filter((control) => control !== undefined);
  if (given.some(({ keep }) => keep === 'never')) return { header: 'no-store', shared: false };
  const respected = config.RESPECT_SOURCE_CACHE ? given : [];
  const ages = respected.flatMap(({ maxAge }) => maxAge ?? []);
  const maxAge = Math.min(config.CACHE_MAX_AGE, ...ages);
  if (given.some(({ keep }) => keep === 'private'))
    return { header: `private, max-age=${maxAge}`, shared: false };
  if (respected.some(({ revalidates }) => revalidates))
    return { header: `public, max-age=${maxAge}, must-revalidate`, shared: true };
  return { header: freshness(maxAge), shared: true };
}
