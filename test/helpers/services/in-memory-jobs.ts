// A job engine in memory that renders nothing: tests set the state of each job.
import { createHash } from 'node:crypto';
import { AppError } from '../../../src/errors.ts';
import { isFinal, type Job, type JobResult, type StoredBlob } from '../../../src/jobs/job.ts';
import type { JobBlob, JobRequest, JobService } from '../../../src/jobs/service/service.ts';

const digest = (data: Uint8Array | string): string =>
  createHash('sha256').update(data).digest('hex');

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

const base32 = (hex: string): string =>
  [...BigInt(`0x${hex}`).toString(32).padStart(52, '0')]
    .map((digit) => LETTERS[Number.parseInt(digit, 32)])
    .join('');

const blobOf = (bytes: Uint8Array, mime: string): StoredBlob => ({
  bytes: bytes.length,
  sha256: digest(bytes),
  mime,
});

const ownCopy = (request: JobRequest): JobRequest => ({
  ...request,
  main: request.main.slice(),
  further: new Map([...request.further].map(([name, bytes]) => [name, bytes.slice()])),
});

export type InMemoryJobs = ReturnType<typeof createInMemoryJobs>;

/** An engine without jobs; `date` in milliseconds since 1970. */
export function createInMemoryJobs(date: () => number) {
  const jobs = new Map<string, Job>();
  const requests: JobRequest[] = [];
  const blobs = new Map<string, Uint8Array>();
  const links = new Map<string, string>();
  const waits: number[] = [];
  let cancelled = 0;
  const failing = {
    submit: undefined as AppError | undefined,
    indexed: false,
    /** A model that no backend has. */
    model: undefined as string | undefined,
  };
  const iso = (): string => new Date(date()).toISOString();
  const tokenOf = ({ id, run }: Job): string => digest(`${id}${run}`);

  const open = (
    id: string,
    { sha256, mime, bytes }: StoredBlob,
    name: string,
  ): JobBlob | undefined => {
    const data = blobs.get(`${id}/${sha256}`);
    if (!data) return undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(data);
        controller.close();
      },
      cancel: () => void cancelled++,
    });
    return { body, bytes, mime, sha256, name };
  };

  const service: JobService = {
    check: () => {},
    async submit(request) {
      if (failing.submit) throw failing.submit;
      // The files belong to the caller, who releases them.
      requests.push(ownCopy(request));
      const otherwise = request.models.some((name) => name === failing.model);
      const { planText, note } =
        otherwise && request.substitute ? request.substitute : { ...request, note: undefined };
      const inputs = [request.main, ...request.further.values()].map(digest);
      const names = [...request.further.keys()];
      const id = base32(
        digest(JSON.stringify([planText, request.accept, names, inputs, request.private, note])),
      );
      const known = jobs.get(id);
      const { result } = known ?? {};
      const gone = known?.state === 'succeeded' && !blobs.has(`${id}/${result?.sha256}`);
      const again = gone || !known || known.state === 'failed' || known.state === 'canceled';
      const job: Job = again
        ? {
            id,
            state: 'queued',
            run: (known?.run ?? 0) + 1,
            attempt: 0,
            created: known?.created ?? iso(),
            updated: iso(),
            ...(request.private && { private: true }),
            ...(note !== undefined && { note }),
          }
        : known;
      jobs.set(id, job);
      return { job, token: tokenOf(job) };
    },
    find: async (id) => jobs.get(id),
    async events(id, after) {
      const state = jobs.get(id)?.state;
      if (!state) return undefined;
      return new ReadableStream<Uint8Array>({
        start: (controller) =>
          controller.enqueue(
            new TextEncoder().encode(`id: ${after + 1}\nevent: state\ndata: "${state}"\n\n`),
          ),
        cancel: () => void cancelled++,
      });
    },
    async wait(id, ms) {
      waits.push(ms);
      for (let turn = 0; turn < 50; turn++) {
        const job = jobs.get(id);
        if (!job || isFinal(job.state)) return job;
        await new Promise((resolve) => setTimeout(resolve, Math.min(10, ms)));
      }
      return jobs.get(id);
    },
    async cancel(id, token) {
      const job = jobs.get(id);
      if (!job) throw new AppError('job_missing', 'no such job');
      if (token !== tokenOf(job)) throw new AppError('bad_signature', 'a wrong token');
      if (!isFinal(job.state)) api.change(id, { state: 'canceled' });
      return jobs.get(id) as Job;
    },
    async result(id) {
      const result = jobs.get(id)?.result;
      return result && open(id, result, `picture.${result.extension}`);
    },
    async preview(id) {
      const preview = jobs.get(id)?.preview;
      return preview && open(id, preview, 'preview');
    },
    async indexed(key) {
      if (failing.indexed) throw new Error('the index is gone');
      return links.get(key);
    },
    index: async (key, id) => void links.set(key, id),
  };

  const api = {
    service,
    jobs,
    /** Submitted requests, in order. */
    requests,
    /** Waiting times that were asked for, in milliseconds, in order. */
    waits,
    failing,
    /** Streams that were closed before their end. */
    cancelled: (): number => cancelled,
    change(id: string, change: Partial<Job>): void {
      jobs.set(id, { ...(jobs.get(id) as Job), updated: iso(), ...change });
    },
    succeed(id: string, bytes: Uint8Array, more: Partial<JobResult> = {}): void {
      const blob = blobOf(bytes, 'image/png');
      blobs.set(`${id}/${blob.sha256}`, bytes);
      const result = { ...blob, extension: 'png', width: 8, height: 8, report: [], ...more };
      api.change(id, { state: 'succeeded', result });
    },
    preview(id: string, bytes: Uint8Array, version: number): void {
      const blob = blobOf(bytes, 'image/png');
      blobs.set(`${id}/${blob.sha256}`, bytes);
      api.change(id, { state: 'running', preview: { ...blob, version, step: version } });
    },
    /** Deletes all stored blobs. */
    forgetBlobs: (): void => blobs.clear(),
  };
  return api;
}
