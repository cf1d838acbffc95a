// Answers requests under `/v1/jobs/<id>`: state, events, result, preview, and cancelling.
import type { Context } from 'hono';
import { matchesTag } from '../../cache/matches-tag.ts';
import { AppError, paramError } from '../../errors.ts';
import { isFinal, JOB_ID, type Job, type StoredBlob } from '../../jobs/job.ts';
import type { JobBlob } from '../../jobs/service/service.ts';
import { bearerToken } from '../access/bearer.ts';
import { notModified } from '../caching.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { jobFailure, resultGone } from './answer.ts';
import { jobDocument, POLL_SECONDS, stateHeaders } from './document.ts';

const IMMUTABLE = 'max-age=31536000, immutable';

/** The job's document. */
export async function jobState(c: Context, services: Services): Promise<Response> {
  const job = await findJob(c, services);
  return c.json(jobDocument(job), 200, stateHeaders(job));
}

/** Server-sent events after the last one that the client has. */
export async function jobEvents(c: Context, services: Services): Promise<Response> {
  const after = lastEventId(c);
  const { id } = await findJob(c, services);
  const stream = await services.jobs.events(id, after);
  if (!stream) throw jobMissing();
  const body = await forMethod(c, stream);
  return new Response(body, {
    headers: {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      // Tells proxies not to buffer, which would delay events.
      'X-Accel-Buffering': 'no',
    },
  });
}

/** The result, which never changes; 409 until the job has ended. */
export async function jobResult(c: Context, services: Services): Promise<Response> {
  const job = await findJob(c, services);
  if (!isFinal(job.state)) throw notReady('result');
  if (!job.result) throw jobFailure(job);
  const headers = { 'Cache-Control': `${job.private ? 'private' : 'public'}, ${IMMUTABLE}` };
  return stored(c, { blob: job.result, headers }, () => services.jobs.result(job.id));
}

/** The newest preview; 409 until there is one. */
export async function jobPreview(c: Context, services: Services): Promise<Response> {
  const job = await findJob(c, services);
  if (!job.preview) throw notReady('preview');
  const headers = { 'Cache-Control': job.private ? 'private, no-cache' : 'no-cache' };
  return stored(c, { blob: job.preview, headers }, () => services.jobs.preview(job.id));
}

/** Cancels the job if the request has the token that its submit returned. */
export async function cancelJob(c: Context, services: Services): Promise<Response> {
  const { id } = await findJob(c, services);
  const job = await services.jobs.cancel(id, bearerToken(c));
  note(c, { job });
  return c.json(jobDocument(job), 200, stateHeaders(job));
}

async function findJob(c: Context, { jobs }: Services): Promise<Job> {
  const id = c.req.param('id') ?? '';
  const job = JOB_ID.test(id) ? await jobs.find(id) : undefined;
  if (!job) throw jobMissing();
  note(c, { job });
  return job;
}

const jobMissing = (): AppError =>
  new AppError('job_missing', 'expected the id of a job, as a submit answers it');

const notReady = (what: string): AppError =>
  new AppError('not_ready', `${what}: expected a job that has one, this job does not yet`, {
    retryable: true,
    retryAfter: POLL_SECONDS,
  });

async function stored(
  c: Context,
  { blob: { sha256 }, headers }: { blob: StoredBlob; headers: Record<string, string> },
  open: () => Promise<JobBlob | undefined>,
): Promise<Response> {
  const tag = `"${sha256}"`;
  const ifNoneMatch = c.req.header('if-none-match') ?? null;
  if (ifNoneMatch?.trim() === '*' || matchesTag(ifNoneMatch, tag))
    return notModified(new Headers({ ...headers, ETag: tag }));
  const blob = await open();
  if (!blob) throw resultGone();
  return new Response(await forMethod(c, blob.body), {
    headers: {
      'Content-Type': blob.mime,
      'Content-Length': String(blob.bytes),
      'Content-Disposition': `inline; filename="${blob.name}"`,
      // May be newer than the preview that was read with the job's state.
      ETag: `"${blob.sha256}"`,
      ...headers,
    },
  });
}

/** The body; for HEAD, cancels it and returns null. */
async function forMethod(
  c: Context,
  body: ReadableStream<Uint8Array>,
): Promise<ReadableStream<Uint8Array> | null> {
  if (c.req.method !== 'HEAD') return body;
  await body.cancel();
  return null;
}

/** Number of the last event that the client has, from the header, or from the query for clients that cannot set headers. */
function lastEventId(c: Context): number {
  const text = c.req.header('last-event-id') || c.req.query('lastEventId') || '0';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const got = JSON.stringify(text.slice(0, 64));
  throw paramError({ param: 'lastEventId', expected: 'the number of an event', got });
}
