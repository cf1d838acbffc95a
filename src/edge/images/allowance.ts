// Counts calls of the Images binding against `IMAGES_PER_DAY`, in a Durable Object if there is one.
import { AppError } from '../../errors.ts';
import { type DayLedger, dayOf } from '../../jobs/day-ledger.ts';
import { within } from '../../timing.ts';

export type AllowancePorts = {
  /** Call it for each use. */
  ledger: () => DayLedger;
  /** Calls per day (UTC); 0: no cap. */
  perDay: number;
  /** Milliseconds since 1970. */
  date: () => number;
  newKey: () => string;
};

/** How long the ledger may take to answer, in milliseconds. */
const TIMEOUT_MS = 2000;

/** Whether one more call is allowed today; counts it. Throws `backend_unavailable` if the ledger fails, because calls cost money. */
export const createAllowance =
  ({ ledger, perDay, date, newKey }: AllowancePorts, timeoutMs = TIMEOUT_MS) =>
  async (): Promise<boolean> => {
    if (perDay === 0) return true;
    const now = date();
    const counted = async (): Promise<boolean> => {
      const open = ledger();
      if ((await open.spent(dayOf(now))) >= perDay) return false;
      await open.spend(now, newKey(), 1);
      return true;
    };
    const unknown = (cause?: unknown): AppError =>
      new AppError('backend_unavailable', 'expected the count of calls of the Images binding', {
        retryable: true,
        retryAfter: 1,
        cause,
      });
    const asked = counted().catch((cause: unknown) => Promise.reject(unknown(cause)));
    return within({ ms: timeoutMs }, asked, () => {
      throw unknown();
    });
  };

/** Counts in this isolate alone, for a Worker without Durable Objects. */
export function createIsolateLedger(): DayLedger {
  let counted = { day: '', total: 0 };
  return {
    async spend(now, _, seconds) {
      const day = dayOf(now);
      counted = { day, total: (counted.day === day ? counted.total : 0) + seconds };
    },
    spent: async (day) => (counted.day === day ? counted.total : 0),
  };
}
