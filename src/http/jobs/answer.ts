// Answers a transform that runs as a job: with the picture, with 202, or with the job's failure.
import type { Context } from 'hono';
import { matchesTag } from '../../cache/matches-tag.ts';
import { AppError } from '../../errors.ts';
import { isFinal, type Job } from '../../jobs/job.ts';
import type { JobService } from '../../jobs/service/service.ts';
import { notModified } from '../caching.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { jobDocument, jobPath, stateHeaders } from './document.ts';
import { preferredWait } from './prefer.ts';

/** Seconds before the URL of a failed or canceled job starts another run. */
const FAILURE_SECONDS = 60;

/** Seconds from the job's last change to a moment, in milliseconds since 1970. */
const ageOf = ({ updated }: Job, at: number): number =>
  Math.max(0, (at - Date.parse(updated)) / 1000);

/**
 * Whether a job can answer its URL without asking the sources: it is unfinished, or its result is younger than `maxAge` seconds, or it
 * failed just now; `at` in milliseconds since 1970.
 */
export function isCurrent(job: Job, { at, maxAge }: { at: number; maxAge: number }): boolean {
  if (!isFinal(job.state)) return true;
  return ageOf(job, at) < (job.state === 'succeeded' ? maxAge : FAILURE_SECONDS);
}

/** The job now or, with `Prefer: wait`, when it has ended or the wait is over; `applied` is the header that confirms the wait. */
export async function awaitJob(
  c: Context,
  job: Job,
  jobs: JobService,
): Promise<{ job: Job; applied: Record<string, string> }> {
  const seconds = preferredWait(c.req.header('prefer') ?? null);
  if (seconds === undefined) return { job, applied: {} };
  const waits = seconds > 0 && !isFinal(job.state);
  const latest = waits ? await jobs.wait(job.id, 1000 * seconds) : job;
  const known = latest ?? job;
  note(c, { job: known });
  return { job: known, applied: { 'Preference-Applied': `wait=${seconds}` } };
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

/**
 * The job's picture with these headers, when the job has ended; 202 with the job if the client does not wait so long. Throws the job's
 * failure.
 */
export async function answerWithJob(
  c: Context,
  { job: latest, token, headers }: { job: Job; token?: string; headers: Record<string, string> },
  { jobs, clock }: Pick<Services, 'jobs' | 'clock'>,
): Promise<Response> {
  const { job, applied } = await awaitJob(c, latest, jobs);
  if (!isFinal(job.state)) return jobAnswer({ job, token }, { status: 202, applied });
  if (job.state !== 'succeeded') throw jobFailure(job, FAILURE_SECONDS - ageOf(job, clock.date()));
  return jobPicture(c, job, { ...headers, ...applied }, jobs);
}

async function jobPicture(
  c: Context,
  { id, result }: Job,
  headers: Record<string, string>,
  jobs: JobService,
): Promise<Response> {
  const tag = `W/"${result?.sha256.slice(0, 32)}"`;
  const all = { ...headers, ETag: tag, 'Cache-Status': 'tessera; hit; detail=job' };
  const ifNoneMatch = c.req.header('if-none-match') ?? null;
  if (ifNoneMatch?.trim() === '*' || matchesTag(ifNoneMatch, tag))
    return notModified(new Headers(all));
  const blob = await jobs.result(id);
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
