// Whether a new job is taken on: what may be spent today, and whether a backend has the models that it needs.
import { AppError } from '../../errors.ts';
import type { Backend } from '../backend/backend.ts';
import type { BackendHealth } from '../protocol.ts';

/** `GPU_SECONDS_PER_DAY`, and how many of them are spent on a day (UTC, as 2026-11-21). */
export type DayCap = { seconds: number; spent: (day: string) => Promise<number> };

export type CapacityPorts = {
  backends: readonly Backend[];
  now: () => number;
  cap?: DayCap;
};

const DAY_MS = 86_400_000;

/** A backend that takes longer to answer is asked when the job is rendered. */
const HEALTH_MS = 1000;

const HEALTH_AGE_MS = 10_000;

/** The day of a time in epoch milliseconds. */
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** The check; it throws `backend_unavailable`, `model_missing`. */
export function checkCapacity({
  backends,
  now,
  cap,
}: CapacityPorts): (models: readonly string[]) => Promise<void> {
  // The answer is shared by requests, the waiting for it is not: no request can wait for what another began.
  let known: { at: number; healths: readonly BackendHealth[] } | undefined;

  const healthsNow = async (): Promise<readonly BackendHealth[]> => {
    if (known && now() - known.at < HEALTH_AGE_MS) return known.healths;
    const answers = await Promise.all(
      backends.map((backend) => backend.health(AbortSignal.timeout(HEALTH_MS))),
    );
    const healths = answers.filter((health) => health !== undefined);
    known = { at: now(), healths };
    return healths;
  };

  return async (models) => {
    if (backends.length === 0) throw unavailable('no GPU backend is configured', 3600);
    if (cap && cap.seconds > 0 && (await cap.spent(dayOf(now()))) >= cap.seconds) {
      const left = Math.ceil((DAY_MS - (now() % DAY_MS)) / 1000);
      throw unavailable('the rendering time of the day is spent', left);
    }
    if (models.length === 0) return;
    const healths = await healthsNow();
    const missing = healths.map((health) => models.filter((name) => !health.models.includes(name)));
    const [least] = missing.sort((a, b) => a.length - b.length);
    if (!least || least.length === 0) return;
    throw new AppError(
      'model_missing',
      `the model ${least[0]} is not installed; npm run models ${least[0]} fetches it`,
    );
  };
}

const unavailable = (message: string, retryAfter: number): AppError =>
  new AppError('backend_unavailable', message, { retryable: true, retryAfter });
