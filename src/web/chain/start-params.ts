// Parameters of a step that has just been added: what its first example shows, as far as it is needed to see an effect.
import type { Catalogue, Entry } from '../catalogue.ts';
import type { Params, Work } from '../state/work.ts';

/** The pairs of this effect in its first example. Pictures that the work already uses as its source are replaced by another sample. */
export function startParams(entry: Entry, work: Work, samples: Catalogue['samples']): Params {
  const own = examplePairs(entry).filter(([name]) => name in entry.parameters.properties);
  return Object.fromEntries(
    own.map(([name, value]) => {
      if (!entry.inputs.includes(name) || value !== work.source) return [name, value];
      const other = samples.map((sample) => `asset:${sample}`).find((text) => text !== work.source);
      return [name, other ?? value];
    }),
  );
}

function examplePairs({ name, segment, example, aliases }: Entry): [string, string][] {
  const segments = example.replace(/^\/t\//, '').split('/');
  const texts =
    segment === 'step'
      ? (segments
          .find((text) => text.split(',')[0] === name)
          ?.split(',')
          .slice(1) ?? [])
      : segments.flatMap((text) => text.split(','));
  return texts.flatMap((text) => {
    const at = text.indexOf('=');
    if (at < 0) return [];
    const key = text.slice(0, at);
    return [[aliases[key] ?? key, decodeURIComponent(text.slice(at + 1))]];
  });
}
