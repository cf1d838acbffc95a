// The one line of the log about a request: what it asked for by name, what it cost, never whose picture it was.
import type { ErrorCode } from '../../errors.ts';
import type { Size } from '../../image.ts';
import type { Job } from '../../jobs/job.ts';
import type { Plan } from '../../plan/plan.ts';
import type { CacheResult } from './metrics.ts';

/** What became known of a request on its way; milliseconds and bytes. */
export type RequestFacts = {
  id: string;
  method: string;
  route: string;
  status: number;
  /** Where the answer is a problem document. */
  code?: ErrorCode | undefined;
  ms: number;
  cache?: CacheResult | undefined;
  plan?: Plan | undefined;
  job?: Job | undefined;
  /** Of the answer. */
  format?: string | undefined;
  bytesIn?: number | undefined;
  bytesOut?: number | undefined;
  /** Of the result. */
  size?: Size | undefined;
  predicted?: { ms: number; bytes: number; work: Readonly<Record<string, number>> } | undefined;
  queueMs?: number | undefined;
  steps?: readonly { name: string; ms: number }[] | undefined;
};

/** Characters of a job's id: enough to find it again, too few to fetch its picture. */
const SHOWN_OF_ID = 12;

/** The line as an object for JSON, without what is unknown. Parameters of the plan are left out: sources are among them. */
export function requestLog(facts: RequestFacts): Record<string, unknown> {
  const { id, method, route, status, code, ms, cache, plan, format, size, predicted } = facts;
  return withoutUnknown({
    event: 'request',
    id,
    method,
    route,
    status,
    code,
    ms: rounded(ms),
    cache,
    plan: plan?.steps.map(({ effect }) => effect.name),
    job: facts.job && {
      id: facts.job.id.slice(0, SHOWN_OF_ID),
      state: facts.job.state,
      run: facts.job.run,
      attempt: facts.job.attempt,
    },
    format,
    bytesIn: facts.bytesIn,
    bytesOut: facts.bytesOut,
    size: size && { width: size.width, height: size.height },
    predicted: predicted && {
      ms: rounded(predicted.ms),
      bytes: Math.ceil(predicted.bytes),
      work: predicted.work,
    },
    queueMs: facts.queueMs === undefined ? undefined : rounded(facts.queueMs),
    steps: facts.steps?.map((step) => ({ name: step.name, ms: rounded(step.ms) })),
  });
}

const rounded = (ms: number): number => Math.round(10 * ms) / 10;

const withoutUnknown = (entry: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
