// What a client is told of a job.
import { isFinal, type Job } from '../../jobs/job.ts';

export const jobPath = (id: string): string => `/v1/jobs/${id}`;

/** Seconds after which asking for an unfinished job again makes sense. */
export const POLL_SECONDS = 2;

/** The body of `GET /v1/jobs/<id>`: what events tell, and where to go on; with `token` that of a submit. */
export function jobDocument({ preview, result, ...job }: Job, token?: string) {
  const path = jobPath(job.id);
  const links = {
    self: path,
    events: `${path}/events`,
    result: `${path}/result`,
    preview: `${path}/preview`,
  };
  return {
    ...job,
    ...(preview && { preview: { url: links.preview, ...preview } }),
    ...(result && { result: { url: links.result, ...result } }),
    ...(token !== undefined && { token }),
    links,
  };
}

/** Headers of an answer about a job's state: never kept, and when to ask again. */
export const stateHeaders = (job: Job): Record<string, string> => ({
  'Cache-Control': 'no-store',
  ...(!isFinal(job.state) && { 'Retry-After': String(POLL_SECONDS) }),
});
