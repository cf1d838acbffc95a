// Tells whether a plan runs as a job, from what the catalogue says of its parameters.
import type { Catalogue } from '../catalogue.ts';
import type { Work } from './work.ts';

/** Whether a step has a value with which it runs on a GPU backend alone. */
export const runsAsJob = ({ steps }: Work, catalogue: Catalogue): boolean =>
  steps.some(({ effect, params, off }) => {
    const entry = catalogue.entry(effect);
    if (!entry || off) return false;
    return Object.entries(entry.jobs).some(([param, values]) => {
      const value = params[param] ?? entry.parameters.properties[param]?.default;
      return values.some((each) => String(each) === String(value));
    });
  });
