// What handlers note about a request on the way, for its log line and the metrics.
import type { Context } from 'hono';
import type { Job } from '../../jobs/job.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Rendered } from '../../render/render.ts';
import type { CacheResult } from './metrics.ts';

export type RequestDetails = {
  plan?: Plan;
  cache?: CacheResult;
  bytesIn?: number;
  rendered?: Rendered;
  /** The job that the request is about, as last seen, and whether it was submitted here. */
  job?: Job;
  submitted?: boolean;
};

/** Adds to what is known about the request. */
export function note(c: Context, details: RequestDetails): void {
  c.set('details', { ...detailsOf(c), ...details });
}

/** What has been noted so far. */
export const detailsOf = (c: Context): RequestDetails =>
  (c.get('details') as RequestDetails | undefined) ?? {};
