// Finds the step that an error is about.
import type { Catalogue } from '../catalogue.ts';
import type { Work } from './work.ts';

/** An error of the service. */
export type Problem = { code: string; detail: string; param?: string };

/** Where an error is shown: at a parameter of a step, of the output, or at the picture. */
export type Blame = { step: number | 'output' | 'source'; param: string } | undefined;

/**
 * The step whose parameter a problem names. If several steps have the parameter, it is the one that was changed last if it is among
 * them, else the first that gives it a value. Options may be named by their aliases.
 */
export function blameOf(
  { param }: Problem,
  { work, changed }: { work: Work; changed: number | undefined },
  catalogue: Catalogue,
): Blame {
  if (param === undefined) return undefined;
  if (param === 'source') return { step: 'source', param };
  const known = work.steps.filter((step) => {
    const entry = catalogue.entry(step.effect);
    return !step.off && entry && param in entry.parameters.properties;
  });
  const step =
    known.find(({ id }) => id === changed) ??
    known.find(({ params }) => param in params) ??
    known[0];
  if (step) return { step: step.id, param };
  const isOutput = catalogue.output && param in catalogue.output.parameters.properties;
  return isOutput ? { step: 'output', param } : undefined;
}
