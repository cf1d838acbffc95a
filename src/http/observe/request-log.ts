// The log line of a request: names of its steps, its costs and times, but never its sources.
import type { ErrorCode } from '../../errors.ts';
import type { Size } from '../../image.ts';
import { type Job, loggedId } from '../../jobs/job.ts';
import type { Plan } from '../../plan/plan.ts';
import type { CacheResult } from './metrics.ts';

/** Facts about a request for its log line; times in milliseconds, sizes in bytes. */
export type RequestFacts = {
  id: string;
  method: string;
  route: string;
  status: number;
  /** If the answer is a problem document. */
  code?: ErrorCode | undefined;
  ms: number;
  cache?: CacheResult | undefined;
  plan?: Plan | undefined;
  job?: Job | undefined;
  /** Format of the answer. */
  format?: string | undefined;
  bytesIn?: number | undefined;
  bytesOut?: number | undefined;
  /** Size of the result. */
  size?: Size | undefined;
  predicted?: { ms: number; bytes: number; work: Readonly<Record<string, number>> } | undefined;
  queueMs?: number | undefined;
  steps?: readonly { name: string; ms: number }[] | undefined;
};

/** The line as an object for JSON, without undefined values. Parameters of the plan are left out, because they may name sources. */
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
      id: loggedId(facts.job.id),
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
