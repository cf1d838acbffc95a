// The JSON document of a job, as clients see it.
import { isFinal, type Job } from '../../jobs/job.ts';

export const jobPath = (id: string): string => `/v1/jobs/${id}`;

/** `Retry-After` for an unfinished job, in seconds. */
export const POLL_SECONDS = 2;

/** The body of `GET /v1/jobs/<id>`: the job's state, and links. With `token`, the body of the response to a submit. */
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

/** Headers of a response with a job's state: not cached, and when to ask again. */
export const stateHeaders = (job: Job): Record<string, string> => ({
  'Cache-Control': 'no-store',
  ...(!isFinal(job.state) && { 'Retry-After': String(POLL_SECONDS) }),
});
