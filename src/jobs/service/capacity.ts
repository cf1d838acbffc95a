// Decides whether a new job can be accepted: whether rendering time is left today, and whether a backend has the models.
import { AppError } from '../../errors.ts';
import type { Backend } from '../backend/backend.ts';
import { type DayLedger, dayOf } from '../day-ledger.ts';
import type { BackendHealth } from '../protocol.ts';

/** `GPU_SECONDS_PER_DAY` (0: no limit), and the ledger that counts them. */
export type DayLimit = Pick<DayLedger, 'spent'> & { seconds: number };

export type CapacityPorts = {
  backends: readonly Backend[];
  /** Epoch milliseconds. */
  now: () => number;
  dayLimit?: DayLimit;
};

const DAY_MS = 86_400_000;

/** How long a backend may take to answer, in milliseconds. If it is slower, a missing model shows when the job is rendered. */
const HEALTH_TIMEOUT_MS = 1000;

/** How long answers of the backends are reused, in milliseconds. */
const HEALTH_AGE_MS = 10_000;

/** The check for the models that a job needs; it throws `backend_unavailable`, `model_missing`. */
export function checkCapacity({
  backends,
  now,
  dayLimit,
}: CapacityPorts): (models: readonly string[]) => Promise<void> {
  // Requests share answers but not promises: in a Worker, no request can wait for I/O of another.
  let known: { at: number; healths: readonly BackendHealth[] } | undefined;

  const healthsNow = async (): Promise<readonly BackendHealth[]> => {
    if (known && now() - known.at < HEALTH_AGE_MS) return known.healths;
    const answers = await Promise.all(
      backends.map((backend) => backend.health(AbortSignal.timeout(HEALTH_TIMEOUT_MS))),
    );
    const healths = answers.filter((health) => health !== undefined);
    known = { at: now(), healths };
    return healths;
  };

  return async (models) => {
    if (backends.length === 0) throw unavailable('no GPU backend is configured', 3600);
    if (dayLimit) await checkDay(dayLimit, now());
    if (models.length > 0) checkModels(models, await healthsNow());
  };
}

async function checkDay({ seconds, spent }: DayLimit, now: number): Promise<void> {
  if (seconds === 0 || (await spent(dayOf(now))) < seconds) return;
  const left = Math.ceil((DAY_MS - (now % DAY_MS)) / 1000);
  throw unavailable('the rendering time of the day is spent', left);
}

// If no backend answers, the job is accepted and waits for one.
function checkModels(models: readonly string[], healths: readonly BackendHealth[]): void {
  const missing = healths.map((health) => models.filter((name) => !health.models.includes(name)));
  const [fewest] = missing.sort((a, b) => a.length - b.length);
  if (!fewest || fewest.length === 0) return;
  throw new AppError(
    'model_missing',
    `the model ${fewest[0]} is not installed; npm run models ${fewest[0]} fetches it`,
  );
}

const unavailable = (message: string, retryAfter: number): AppError =>
  new AppError('backend_unavailable', message, { retryable: true, retryAfter });
