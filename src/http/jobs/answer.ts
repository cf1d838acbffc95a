// Answers a transform that runs as a job: with the picture, with 202, or with the job's failure.
import type { Context } from 'hono';
import { matchesTag } from '../../cache/matches-tag.ts';
import { AppError } from '../../errors.ts';
import { isFinal, type Job } from '../../jobs/job.ts';
import { notModified } from '../caching.ts';
import type { Services } from '../services.ts';
import { jobDocument, jobPath, stateHeaders } from './document.ts';
import { jobsOf } from './request.ts';

/** Seconds before the URL of a failed or canceled job starts another run. */
const FAILURE_SECONDS = 60;

/** Seconds since the job changed. */
const ageOf = ({ updated }: Job, { clock }: Services): number =>
  Math.max(0, (clock.date() - Date.parse(updated)) / 1000);

/** Whether a job can answer its URL without asking the sources: it is unfinished, or its result is fresh, or it failed just now. */
export function isCurrent(job: Job, services: Services): boolean {
  if (!isFinal(job.state)) return true;
  const age = ageOf(job, services);
  return age < (job.state === 'succeeded' ? services.config.CACHE_MAX_AGE : FAILURE_SECONDS);
}

/** A response with the job's document, to a submit or to a request for the picture. */
export const jobAnswer = (
  { job, token }: { job: Job; token?: string | undefined },
  { status, applied }: { status: 200 | 202; applied: Record<string, string> },
): Response =>
  new Response(JSON.stringify(jobDocument(job, token)), {
    status,
    headers: {
      'Content-Type': 'application/json',
      Location: jobPath(job.id),
      ...stateHeaders(job),
      ...applied,
    },
  });

/** The error for a job that ended without a result. `retryAfter` in seconds. */
export function jobFailure(job: Job, retryAfter?: number): AppError {
  const options =
    retryAfter === undefined ? {} : { retryAfter: Math.max(1, Math.ceil(retryAfter)) };
  if (job.state === 'canceled') {
    return new AppError(
      'not_ready',
      'expected a finished job, it was canceled; submit it again',
      options,
    );
  }
  const { code, message } = job.error ?? { code: 'internal', message: 'the job failed' };
  return new AppError(code, message, options);
}

/** The job's picture with these headers, or 202 while it is unfinished; `applied` are headers for both. Throws the job's failure. */
export async function answerWithJob(
  c: Context,
  {
    job,
    token,
    headers,
    applied,
  }: {
    job: Job;
    token?: string;
    headers: Record<string, string>;
    applied: Record<string, string>;
  },
  services: Services,
): Promise<Response> {
  if (!isFinal(job.state)) return jobAnswer({ job, token }, { status: 202, applied });
  if (job.state !== 'succeeded') throw jobFailure(job, FAILURE_SECONDS - ageOf(job, services));
  return jobPicture(c, job, { ...headers, ...applied }, services);
}

async function jobPicture(
  c: Context,
  { id, result }: Job,
  headers: Record<string, string>,
  services: Services,
): Promise<Response> {
  const tag = `W/"${result?.sha256.slice(0, 32)}"`;
  const all = { ...headers, ETag: tag, 'Cache-Status': 'tessera; hit; detail=job' };
  const ifNoneMatch = c.req.header('if-none-match') ?? null;
  if (ifNoneMatch?.trim() === '*' || matchesTag(ifNoneMatch, tag))
    return notModified(new Headers(all));
  const blob = await jobsOf(services).result(id);
  if (!blob) throw resultGone();
  return new Response(blob.body, {
    headers: {
      'Content-Type': blob.mime,
      'Content-Length': String(blob.bytes),
      'Content-Disposition': `inline; filename="${blob.name}"`,
      ...all,
    },
  });
}

/** The error for a job whose result has been deleted. */
export const resultGone = (): AppError =>
  new AppError(
    'job_missing',
    'expected the picture of the job, it is no longer kept; submit it again',
  );
