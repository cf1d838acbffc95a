// The job engine as the HTTP layer sees it: accepts work, reports on it, ends it.
import { digestOf } from '../../crypto.ts';
import { AppError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { BackendKey } from '../auth.ts';
import { type Backend, backendOf } from '../backend/backend.ts';
import { type BlobStore, indexKey, madeKey, readText, writeText } from '../blobs.ts';
import { isFinal, JOB_ID, type Job, type StoredBlob } from '../job.ts';
import { needsRun } from '../record.ts';
import type { JobStore } from '../store/store.ts';
import { openResult, readResult } from '../stored-result.ts';
import { checkCapacity, type DayLimit } from './capacity.ts';
import { describeInputs, type InputFile, storeInputs } from './inputs.ts';
import { createJobKeys, type JobKeys } from './keys.ts';

export type JobBlob = {
  body: ReadableStream<Uint8Array>;
  bytes: number;
  mime: string;
  sha256: string;
  /** File name. */
  name: string;
};

export type JobRequest = {
  plan: Plan;
  /**
   * `formatPlan` of the plan with further images named `input:1`, `input:2`, …, so that the same images make the same job, wherever
   * they come from.
   */
  planText: string;
  /** The `Accept` header that `f=auto` follows; null if the plan names its format, so that all clients get the same job. */
  accept: string | null;
  /** Names of the models that its steps need. */
  models: readonly string[];
  /** What takes the plan's place if no backend has its models. */
  substitute?: Substitute | undefined;
  /** Valid until `submit` returns, as are the further images. */
  main: Uint8Array;
  /** Further images by their names in `planText`. */
  further: ReadonlyMap<string, Uint8Array>;
  /** File name of the result, without extension. */
  name: string;
  /** Whether a source must not be shared; the same pictures from others are another job. */
  private: boolean;
};

/** Another plan with other models; `note` tells the client why. */
export type Substitute = Pick<JobRequest, 'planText' | 'models'> & { note: string };

export type JobService = {
  /** Throws `backend_unavailable` if it accepts no work at all; call this before a body is read. */
  check: () => void;
  /**
   * Returns the job for this work if it is waiting, running or has succeeded; else begins a new run. Throws `backend_unavailable`,
   * `model_missing`.
   */
  submit: (request: JobRequest) => Promise<{ job: Job; token: string }>;
  find: (id: string) => Promise<Job | undefined>;
  /**
   * Server-sent events (`state`, `progress`, `preview`) after number `after`, until the job ends or the reader leaves; undefined if
   * there is no such job. Throws `busy` if the job has too many readers.
   */
  events: (id: string, after: number) => Promise<ReadableStream<Uint8Array> | undefined>;
  /** Resolves when the job has ended, or after `ms`. */
  wait: (id: string, ms: number) => Promise<Job | undefined>;
  /**
   * Cancels a job that has not ended. Throws `job_missing`, and `bad_signature` if the token is wrong or, outside development,
   * missing.
   */
  cancel: (id: string, token: string | undefined) => Promise<Job>;
  result: (id: string) => Promise<JobBlob | undefined>;
  preview: (id: string) => Promise<JobBlob | undefined>;
  /** Id of the job that renders the answer to a transform URL, by the cache key of the URL. */
  indexed: (key: string) => Promise<string | undefined>;
  index: (key: string, id: string) => Promise<void>;
};

export type ServicePorts = {
  jobs: (id: string) => JobStore;
  blobs: BlobStore;
  backends: readonly Backend[];
  /** Secrets that are shared with the backends; ids and tokens are derived from them. */
  keys: readonly BackendKey[];
  /** Version of the pipeline; another version gives the same work another id. */
  version: string;
  /** Epoch milliseconds. */
  now: () => number;
  dayLimit?: DayLimit;
  /** Whether jobs can be canceled without a token. */
  development: boolean;
};

/** The service over its ports. */
export function createJobService(ports: ServicePorts): JobService {
  const { jobs, blobs } = ports;
  const keys = createJobKeys(ports.keys, ports.version);
  const capacity = checkCapacity(ports);
  const find = async (id: string): Promise<Job | undefined> =>
    JOB_ID.test(id) ? (await jobs(id).read())?.job : undefined;

  const submitAs = async (
    request: JobRequest,
    { planText: plan, models, note }: Pick<JobRequest, 'planText' | 'models'> & { note?: string },
  ): Promise<{ job: Job; token: string }> => {
    const { accept, name, private: isPrivate } = request;
    const files = filesOf(request);
    const inputs = await describeInputs(files);
    const id = await keys.idOf({ plan, accept, inputs, private: isPrivate, note });
    const known = await find(id);
    const isGone = known?.state === 'succeeded' && !(await readResult(blobs, id));
    let job = known;
    if (!job || needsRun(job) || isGone) {
      await capacity(models);
      await storeInputs(files, inputs, blobs);
      const spec = {
        id,
        plan,
        accept,
        inputs,
        name,
        ...(isPrivate && { private: true as const }),
        ...(note !== undefined && { note }),
      };
      job = await jobs(id).begin(spec, isGone);
    }
    return { job, token: await keys.tokenOf(id, job.run) };
  };

  return {
    check: () => {},
    async submit(request) {
      try {
        return await submitAs(request, request);
      } catch (error) {
        const missing = error instanceof AppError && error.code === 'model_missing';
        if (!missing || !request.substitute) throw error;
        return submitAs(request, request.substitute);
      }
    },
    find,
    async events(id, after) {
      if (!JOB_ID.test(id)) return undefined;
      const events = await jobs(id).events(after);
      if (events !== null) return events;
      throw new AppError('busy', 'as many as may follow this job do so already', {
        retryable: true,
        retryAfter: 5,
      });
    },
    wait: async (id, ms) => (JOB_ID.test(id) ? jobs(id).wait(ms) : undefined),
    async cancel(id, token) {
      const job = await find(id);
      if (!job) throw new AppError('job_missing', 'id: expected the id of a job');
      await checkToken(token, job, { keys, development: ports.development });
      await cancelJob(id, ports);
      return (await find(id)) ?? job;
    },
    async result(id) {
      const opened = JOB_ID.test(id) ? await openResult(blobs, id) : undefined;
      return opened && blobOf(opened.result, opened);
    },
    async preview(id) {
      const { preview } = (await find(id)) ?? {};
      if (!preview) return undefined;
      const found = await blobs.get(madeKey(id, 'preview', preview.sha256));
      return found && blobOf(preview, { ...found, name: `preview-${preview.version}` });
    },
    async indexed(key) {
      const id = await readText(blobs, indexKey(await digestOf(key)));
      return id !== undefined && JOB_ID.test(id) ? id : undefined;
    },
    index: async (key, id) => writeText(blobs, indexKey(await digestOf(key)), id),
  };
}

/** Name of the main image among a job's inputs. */
const MAIN = 'image';

const filesOf = ({ main, further }: JobRequest): InputFile[] => [
  { name: MAIN, bytes: main },
  ...[...further].map(([name, bytes]) => ({ name, bytes })),
];

const blobOf = (
  { bytes, sha256, mime }: StoredBlob,
  { body, name }: Pick<JobBlob, 'body' | 'name'>,
): JobBlob => ({ body, bytes, mime, sha256, name });

/** How long the backend may take to confirm, in milliseconds. If it is slower, the run cancels the job there. */
const CANCEL_MS = 2000;

async function cancelJob(id: string, { jobs, backends }: ServicePorts): Promise<void> {
  const before = await jobs(id).cancel();
  if (!before?.open || isFinal(before.job.state)) return;
  const backend = backendOf(backends, id, before.turn);
  const timeout = AbortSignal.timeout(CANCEL_MS);
  await backend.cancel({ id, run: before.job.run }, timeout).catch(() => {});
}

async function checkToken(
  token: string | undefined,
  { id, run }: Job,
  { keys, development }: { keys: JobKeys; development: boolean },
): Promise<void> {
  if (token === undefined && development) return;
  if (token !== undefined && (await keys.isToken(token, { id, run }))) return;
  throw new AppError(
    'bad_signature',
    'Authorization: expected Bearer and the token that the submit returned',
  );
}
