// Answers `POST /v1/jobs`: submits a job for a plan whose pictures are named by address or are in the body.
import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import type { Waiting } from '../../gate/queue.ts';
import { isFinal } from '../../jobs/job.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Blobs } from '../../render/place.ts';
import type { OpenUse } from '../../sources/fetch-source.ts';
import { formatSource } from '../../sources/source.ts';
import { checkExpiry } from '../access/expiry.ts';
import { countRequest } from '../access/rate-limit.ts';
import { requestSignature } from '../access/signature.ts';
import { note } from '../observe/request-details.ts';
import type { Services } from '../services.ts';
import { answerControl } from '../transform/answer-control.ts';
import { jobIndexKey, mayBePurged, transformKey } from '../transform/key.ts';
import { nameOf } from '../transform/picture-response.ts';
import { receiveUpload } from '../transform/received-upload.ts';
import {
  blobsOf,
  furtherSources,
  pixelSourceIndexes,
  readPlanText,
  readSourceText,
  sourcesOf,
  type TransformRequest,
} from '../transform/url.ts';
import { waitingOf } from '../waiting.ts';
import { awaitJob, jobAnswer } from './answer.ts';
import { badMember, readJobRequest, utf8 } from './json-body.ts';
import { type Submitted, submitJob } from './request.ts';

/** Name of an upload's part that holds the plan. */
const PLAN_PART = 'plan';

type CheckBody = ReturnType<typeof requestSignature>;

/** 202 with the job; 200 if the client waited and the job has ended. */
export async function submitToJobs(c: Context, services: Services): Promise<Response> {
  const checkBody = requestSignature(c, services);
  await countRequest(c, services.rateLimiter);
  services.jobs.check();
  const type = c.req.header('content-type') ?? '';
  const { job: submitted, token } = await (/^application\/json\b/i.test(type)
    ? submitSources(c, services, checkBody)
    : submitUpload(c, services, { type, checkBody }));
  const { job, applied } = await awaitJob(c, submitted, services.jobs);
  const waited = 'Preference-Applied' in applied && isFinal(job.state);
  return jobAnswer({ job, token }, { status: waited ? 200 : 202, applied });
}

async function submitSources(
  c: Context,
  services: Services,
  checkBody: CheckBody,
): Promise<Submitted> {
  const { config, rules } = services;
  const { plan: planText, source: sourceText } = await readJobRequest(c.req.raw, {
    check: checkBody,
    effects: rules.effects,
  });
  const plan = readPlanText(planText, rules);
  const request: TransformRequest = {
    plan,
    source: readSourceText(sourceText, config.SOURCE_BASE),
    further: furtherSources(plan, config.SOURCE_BASE),
  };
  note(c, { plan });
  checkExpiry(plan, services.clock);
  const sources = sourcesOf(request);
  for (const each of sources) services.files.check(each);
  // Read before the sources: a purge from now on must make this job's key obsolete.
  const purged = await services.cache.purged(sources.map(formatSource), (work) =>
    c.executionCtx.waitUntil(work),
  );
  const use = { renew: mayBePurged(purged), waiting: waitingOf(c, services) };
  const submitted = await submitFiles(c, request, use, services);
  // A job that is found by its key would answer without asking the sources.
  if (submitted.job.private) return submitted;
  const output = services.renderer.choose(plan, c.req.header('accept') ?? null);
  const key = await transformKey(request, output, config.EDGE_BUDGET_MS);
  const indexKey = jobIndexKey(key, purged);
  if (indexKey !== undefined) await services.jobIndex.put(indexKey, submitted.job);
  return submitted;
}

async function submitFiles(
  c: Context,
  request: TransformRequest,
  use: OpenUse & { waiting: Waiting },
  services: Services,
): Promise<Submitted> {
  const { plan } = request;
  const { renderer } = services;
  await using files = await services.files.open(sourcesOf(request), use);
  const heads = await files.heads(pixelSourceIndexes(request));
  const { choose } = renderer.choose(plan, c.req.header('accept') ?? null);
  renderer.placeByHeads({ plan, choose, heads }, ['gpu']);
  const blobs = blobsOf(request, await files.read());
  const { shared } = answerControl(files.controls, services.config);
  const work = { plan, blobs, name: nameOf(request.source), private: !shared };
  return await submitChecked(c, work, services);
}

async function submitUpload(
  c: Context,
  services: Services,
  { type, checkBody }: { type: string; checkBody: CheckBody },
): Promise<Submitted> {
  if (!/^multipart\/form-data\b/i.test(type)) {
    const got = type === '' ? 'none' : JSON.stringify(type.slice(0, 64));
    throw new AppError(
      'bad_body',
      `expected a body of type application/json or multipart/form-data, got ${got}`,
    );
  }
  using upload = await receiveUpload(c, services, {
    textParts: [PLAN_PART],
    check: checkBody,
    waiting: waitingOf(c, services),
  });
  const text = upload.parts.get(PLAN_PART);
  if (!text) throw badMember('plan', undefined);
  const plan = readPlanText(utf8(text), services.rules, upload.extra);
  checkExpiry(plan, services.clock);
  note(c, { plan, bytesIn: upload.byteLength });
  const blobs = await upload.blobsFor(plan);
  return await submitChecked(c, { plan, blobs, name: 'upload', private: false }, services);
}

/** Refuses here what the headers of the files rule out, instead of letting the backend fail later. */
async function submitChecked(
  c: Context,
  made: { plan: Plan; blobs: Blobs; name: string; private: boolean },
  services: Services,
): Promise<Submitted> {
  const { renderer } = services;
  const { choose } = renderer.choose(made.plan, c.req.header('accept') ?? null);
  await renderer.place({ ...made, choose }, ['gpu']);
  return submitJob(c, made, services);
}
