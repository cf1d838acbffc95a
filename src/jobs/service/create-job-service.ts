// The job engine as the HTTP layer sees it: takes work on, says what is known of it, ends it.
import { digestOf } from '../../digest.ts';
import { AppError } from '../../errors.ts';
import { type Backend, backendOf } from '../backend/backends.ts';
import { isFinal, type Job, type JobInput, type JobSpec, type StoredBlob } from '../job.ts';
import {
  type BlobStore,
  indexKey,
  inputKey,
  madeKey,
  readText,
  writeText,
} from '../store/blobs.ts';
import type { JobLog } from '../store/job-log.ts';
import { needsRun } from '../store/job-record.ts';
import { checkCapacity, type DayCap } from './capacity.ts';
import { JOB_ID, type JobKeys } from './keys.ts';
import type { JobBlob, JobRequest, JobService } from './service.ts';
import { openResult, readResult } from './stored-result.ts';

export type ServicePorts = {
  log: (id: string) => JobLog;
  store: BlobStore;
  backends: readonly Backend[];
  keys: JobKeys;
  /** Epoch milliseconds. */
  now: () => number;
  cap?: DayCap;
  /** Whether jobs can be canceled without a token. */
  development: boolean;
};

/** Longest wait for a backend to hear that a job is canceled; it hears it from its stream otherwise. */
const CANCEL_MS = 2000;

/** The engine over its ports. */
export function createJobService(ports: ServicePorts): JobService {
  const { log, store, backends, keys } = ports;
  const capacity = checkCapacity(ports);

  const find = async (id: string): Promise<Job | undefined> =>
    JOB_ID.test(id) ? (await log(id).read())?.job : undefined;

  return {
    async submit(request) {
      const inputs = await inputsOf(request);
      const { planText: plan, accept, name } = request;
      const id = await keys.idOf({ plan, accept, inputs });
      const known = (await log(id).read())?.job;
      const gone = known?.state === 'succeeded' && !(await readResult(store, id));
      let job = known;
      if (!job || needsRun(job) || gone) {
        await capacity(request.models);
        await storeInputs(request, inputs, store);
        const spec: JobSpec = { id, plan, accept, inputs, name };
        job = await log(id).begin(spec, gone);
      }
      return { job, token: await keys.tokenOf(id, job.run) };
    },
    find,
    async events(id, after) {
      if (!JOB_ID.test(id)) return undefined;
      const events = await log(id).events(after);
      if (events !== null) return events;
      throw new AppError('busy', 'as many as may follow this job do so already', {
        retryable: true,
        retryAfter: 5,
      });
    },
    wait: async (id, ms) => (JOB_ID.test(id) ? log(id).wait(ms) : undefined),
    async cancel(id, token) {
      const job = await find(id);
      if (!job) throw new AppError('job_missing', 'id: expected the id of a job');
      await checkToken(token, job, ports);
      const before = await log(id).cancel();
      if (before?.open && !isFinal(before.job.state)) {
        const backend = backendOf(backends, id, before.turn);
        const time = AbortSignal.timeout(CANCEL_MS);
        await backend.cancel({ id, run: before.job.run }, time).catch(() => {});
      }
      return (await find(id)) ?? job;
    },
    async result(id) {
      const opened = JOB_ID.test(id) ? await openResult(store, id) : undefined;
      return opened && blobOf(opened.result, opened);
    },
    async preview(id) {
      const { preview } = (await find(id)) ?? {};
      if (!preview) return undefined;
      const found = await store.get(madeKey(id, 'preview', preview.sha256));
      return found && blobOf(preview, { ...found, name: `preview-${preview.version}` });
    },
    async indexed(key) {
      const id = await readText(store, indexKey(await digestOf(key)));
      return id !== undefined && JOB_ID.test(id) ? id : undefined;
    },
    index: async (key, id) => writeText(store, indexKey(await digestOf(key)), id),
  };
}

const blobOf = (
  { bytes, sha256, mime }: StoredBlob,
  { body, name }: Pick<JobBlob, 'body' | 'name'>,
): JobBlob => ({ body, bytes, mime, sha256, name });

/** Name of the main image among a job's inputs. */
const MAIN = 'image';

const filesOf = ({ main, further }: JobRequest): [string, Uint8Array][] => [
  [MAIN, main],
  ...further,
];

const inputsOf = (request: JobRequest): Promise<JobInput[]> =>
  Promise.all(
    filesOf(request).map(async ([name, bytes]) => ({
      name,
      bytes: bytes.byteLength,
      sha256: await digestOf(bytes),
    })),
  );

// Also where they are stored already: that makes them young again for rules which delete what is old.
async function storeInputs(
  request: JobRequest,
  inputs: readonly JobInput[],
  store: BlobStore,
): Promise<void> {
  for (const [index, [, bytes]] of filesOf(request).entries()) {
    const about = inputs[index]!;
    if (!(await store.put(inputKey(about.sha256), bytes, about)))
      throw new Error('a picture changed while it was stored');
  }
}

async function checkToken(
  token: string | undefined,
  { id, run }: Job,
  { keys, development }: ServicePorts,
): Promise<void> {
  if (token === undefined && development) return;
  if (token !== undefined && (await keys.isToken(token, { id, run }))) return;
  throw new AppError(
    'bad_signature',
    'Authorization: expected Bearer and the token that the submit returned',
  );
}
