// A quick picture to show while a job runs: its newest preview, else the part of the plan that the edge can render.
import type { Context } from 'hono';
import { resize } from '../../effects/resize/effect.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import type { Job } from '../../jobs/job.ts';
import { isGpuOnly, type Plan, readStep, type Step } from '../../plan/plan.ts';
import type { OutputChoice } from '../../render/output-format.ts';
import type { Blobs, Placed } from '../../render/place.ts';
import { readLimited } from '../../sources/read-limited.ts';
import { cacheHeaders, cacheKey } from '../caching.ts';
import type { Services } from '../services.ts';
import { pictureResponse } from '../transform/picture-response.ts';

/** Seconds for which a stand-in is stored; each preview has its own key. */
const KEPT_SECONDS = 600;
/** Larger previews are not used, in bytes. */
const MAX_PREVIEW_BYTES = 4 * 2 ** 20;
const PREVIEW_TIMEOUT_MS = 5000;
/** Longest sides to try, in pixels, if the plan is over the budget even without its GPU-only steps. */
const STAND_IN_EDGES = [1024, 512, 256];

const EDGE_ONLY = ['edge'] as const;

type Asked = { plan: Plan; output: OutputChoice };

/** A stand-in that needs no source: a stored one, or one made from the job's newest preview; undefined if there is neither. */
export async function earlierStandIn(
  c: Context,
  job: Job,
  { plan, output }: Asked,
  services: Services,
): Promise<Response | undefined> {
  const stored = await services.cache.match(await standInKey(job, output));
  if (stored) return notKept(stored);
  const main = await previewOf(job, services);
  if (!main) return undefined;
  const blobs = { main, further: new Map() };
  try {
    const bare = { ...plan, steps: [] };
    const placed = await services.renderer.place(
      { plan: bare, blobs, choose: output.choose },
      EDGE_ONLY,
    );
    return await answer(c, job, { placed, output, name: 'preview' }, services);
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'busy') throw error;
    services.observer.log({ event: 'preview_refused', code: error.code, message: error.message });
    return undefined;
  }
}

/** Renders the plan with its GPU-only steps made lighter or left out, and smaller if that is still over the budget. Throws what rendering throws. */
export async function standIn(
  c: Context,
  job: Job,
  { plan, output, blobs, name }: Asked & { blobs: Blobs; name: string },
  services: Services,
): Promise<Response> {
  const { renderer } = services;
  return firstThatSucceeds(lighter(plan), async (one) => {
    await renderer.check(one, { places: EDGE_ONLY });
    const placed = await renderer.place({ plan: one, blobs, choose: output.choose }, EDGE_ONLY);
    return answer(c, job, { placed, output, name }, services);
  });
}

const standInKey = async ({ id, preview }: Job, { key }: OutputChoice): Promise<string> =>
  cacheKey({ plan: 'stand-in', sources: [id, preview?.sha256 ?? ''], format: key });

/** Cheaper versions of the plan, the most similar first; of an animation they have the first frame. */
function* lighter(asked: Plan): Generator<Plan> {
  const plan: Plan = { ...asked, output: { ...asked.output, anim: false } };
  const light = plan.steps.map(withLighterParams);
  if (plan.steps.some(isGpuOnly) && !light.some(isGpuOnly)) {
    const steps = light.map(withinBudget);
    yield { ...plan, steps };
    for (const edge of STAND_IN_EDGES) yield { ...plan, steps: [atMost(edge), ...steps] };
  }
  const steps = plan.steps.filter((step) => !isGpuOnly(step)).map(withinBudget);
  yield { ...plan, steps };
  for (const edge of STAND_IN_EDGES) yield { ...plan, steps: [atMost(edge), ...steps] };
  for (const edge of STAND_IN_EDGES) yield { ...plan, steps: [atMost(edge)] };
}

function withLighterParams(step: Step): Step {
  const { effect, params } = step;
  const light = isGpuOnly(step) ? effect.needs.lighter?.(params) : undefined;
  return light ? { effect, ...light } : step;
}

const withinBudget = ({ effect, params }: Step): Step => ({
  effect,
  params: effect.auto ? { ...params, [effect.auto.param]: 'auto' } : params,
});

const atMost = (edge: number): Step =>
  readStep(resize, new Map(['w', 'h'].map((side) => [side, String(edge)])));

// Errors after which the next, cheaper plan is tried: over the budget, a model not installed, a model that cannot be read.
const TRY_NEXT_CODES: readonly ErrorCode[] = [
  'over_budget',
  'model_missing',
  'backend_unavailable',
];

async function firstThatSucceeds(
  plans: Iterable<Plan>,
  render: (plan: Plan) => Promise<Response>,
): Promise<Response> {
  let refused: unknown;
  for (const plan of plans) {
    try {
      return await render(plan);
    } catch (error) {
      if (!(error instanceof AppError) || !TRY_NEXT_CODES.includes(error.code)) throw error;
      refused = error;
    }
  }
  throw refused;
}

async function answer(
  c: Context,
  job: Job,
  { placed, output, name }: { placed: Placed; output: OutputChoice; name: string },
  services: Services,
): Promise<Response> {
  const rendered = await services.renderer.render(placed, {
    background: (work) => c.executionCtx.waitUntil(work),
  });
  const response = pictureResponse(
    rendered,
    cacheHeaders(`public, max-age=${KEPT_SECONDS}`, output),
    { fetched: 0, budget: services.config.EDGE_BUDGET_MS, name },
  );
  const kept = { key: await standInKey(job, output), at: services.clock.date() };
  c.executionCtx.waitUntil(services.cache.put(kept.key, response.clone(), kept.at));
  return notKept(response);
}

function notKept({ body, headers }: Response): Response {
  const kept = new Headers(headers);
  kept.set('Cache-Control', 'no-store');
  return new Response(body, { headers: kept });
}

/** The newest preview; undefined if there is none, or it is too large. */
async function previewOf(
  job: Job,
  { jobs, encoded }: Pick<Services, 'jobs' | 'encoded'>,
): Promise<Uint8Array | undefined> {
  const { preview } = job;
  if (!preview || preview.bytes > MAX_PREVIEW_BYTES) return undefined;
  using room = new DisposableStack();
  const { release } = await encoded.reserve(preview.bytes);
  room.defer(release);
  const blob = await jobs.preview(job.id);
  if (!blob) return undefined;
  return await readLimited(blob.body, {
    maxBytes: MAX_PREVIEW_BYTES,
    contentLength: String(blob.bytes),
    timeoutMs: PREVIEW_TIMEOUT_MS,
  });
}
