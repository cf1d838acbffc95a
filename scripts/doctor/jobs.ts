// Checks whether a job is rendered, if the instance takes jobs.
import { type Finding, good, noted, wrong } from './finding.ts';
import { type Answer, type Instance, jsonOf } from './instance.ts';

export type JobChecks = {
  /** Segments of the job's plan. */
  plan: string;
  /** Longest time from the submit to the result, in milliseconds. */
  timeoutMs: number;
  pause: (ms: number) => Promise<void>;
  /** Milliseconds. */
  now: () => number;
};

const PATH = '/v1/jobs';
const POLL_MS = 500;

/** One finding. */
export async function checkJobs(instance: Instance, checks: JobChecks): Promise<Finding> {
  const { ask, headersFor } = instance;
  const body = JSON.stringify({ plan: checks.plan, source: 'asset:chess.jpg' });
  const headers = {
    'Content-Type': 'application/json',
    ...(await headersFor('POST', PATH, body)),
  };
  const submitted = await ask(PATH, { method: 'POST', headers, body });
  if (submitted.status !== 202 && submitted.status !== 200) return refusal(submitted);
  const { id } = jsonOf(submitted);
  const began = checks.now();
  let job = jsonOf(submitted);
  while (!['succeeded', 'failed', 'canceled'].includes(String(job.state))) {
    if (checks.now() - began > checks.timeoutMs) return waiting(String(job.state));
    await checks.pause(POLL_MS);
    job = jsonOf(await ask(`${PATH}/${id}`));
  }
  if (job.state !== 'succeeded') {
    const { code, message } = (job.error ?? {}) as { code?: string; message?: string };
    return wrong('jobs', `a job ${job.state}: ${code} ${message}`, LOST);
  }
  const result = await ask(`${PATH}/${id}/result`);
  const mime = result.headers.get('content-type') ?? '';
  if (result.status === 200 && mime.startsWith('image/')) {
    return good('jobs', `a job was rendered in ${Math.round((checks.now() - began) / 100) / 10} s`);
  }
  return wrong('jobs', `the result of a job answers ${result.status}`, BUCKET);
}

const LOST =
  'Is each backend of GPU_BACKENDS up (its /health), has it the same GPU_SECRET, and does a login or a firewall stand in front (GPU_HEADERS)? The log has a line job_attempt with the cause.';
const BUCKET = 'Is the bucket JOB_BLOBS there, and do its lifecycle rules keep results/ and jobs/?';

const waiting = (state: string): Finding =>
  wrong('jobs', `a job is still ${state} after the longest time`, `No backend takes it. ${LOST}`);

function refusal(answer: Answer): Finding {
  const { status, code } = answer;
  const { detail } = jsonOf(answer);
  const found = `a job is refused with ${status} ${code}: ${detail ?? ''}`;
  if (code === 'backend_unavailable' && /none is configured/.test(String(detail)))
    return good('jobs', 'the instance takes no jobs, and says so');
  if (code === 'backend_unavailable') return noted('jobs', found);
  if (code === 'not_allowed') return noted('jobs', `${found}; name a plan with --plan`);
  if (code === 'model_missing') return wrong('jobs', found, 'Install the model on a backend.');
  if (code === 'rate_limited') return noted('jobs', found);
  return wrong('jobs', found, 'npx wrangler tail shows the error while this command runs.');
}
