// What the visitor has composed: a picture, steps and an output. Values are texts as in URLs, before escaping.

export type Params = Readonly<Record<string, string>>;

export type Step = {
  /** Stays the same while the step is moved and edited. */
  id: number;
  effect: string;
  params: Params;
  /** Kept in the chain, but not applied. */
  off?: boolean;
};

export type Work = {
  /** As at the end of a transform URL, or `file:<name>` for a picture of this device. */
  source: string;
  steps: readonly Step[];
  output: Params;
};

/** Prefix of pictures that are on this device only. */
export const FILE = 'file:';

export const isFile = (text: string): boolean => text.startsWith(FILE);

let ids = 0;

/** A step with an id of its own. */
export const newStep = (effect: string, params: Params = {}): Step => ({
  id: ++ids,
  effect,
  params,
});

/** The parameters with another value, at its old place if there was one; undefined removes it. */
export function withParam(params: Params, name: string, value: string | undefined): Params {
  if (value !== undefined) return { ...params, [name]: value };
  const { [name]: _, ...others } = params;
  return others;
}

/** The work with a change to one step. */
export const withStep = (work: Work, id: number, change: (step: Step) => Step): Work => ({
  ...work,
  steps: work.steps.map((step) => (step.id === id ? change(step) : step)),
});

/** The work with a step at another position. */
export function withMoved(work: Work, id: number, to: number): Work {
  const from = work.steps.findIndex((step) => step.id === id);
  if (from < 0) return work;
  const steps = [...work.steps];
  const [step] = steps.splice(from, 1);
  steps.splice(Math.max(0, Math.min(steps.length, to)), 0, step!);
  return { ...work, steps };
}

export const withoutStep = (work: Work, id: number): Work => ({
  ...work,
  steps: work.steps.filter((step) => step.id !== id),
});
