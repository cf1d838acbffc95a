// Details of a request that handlers record for its log line and the metrics.
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
  /** The job that the request is about, in its last known state, and whether this request submitted it. */
  job?: Job;
  submitted?: boolean;
};

/** Adds details to those of the request. */
export function note(c: Context, details: RequestDetails): void {
  c.set('details', { ...detailsOf(c), ...details });
}

/** The details recorded so far. */
export const detailsOf = (c: Context): RequestDetails =>
  (c.get('details') as RequestDetails | undefined) ?? {};
