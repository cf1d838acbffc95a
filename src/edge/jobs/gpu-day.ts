// The Durable Object that counts what backends rendered each day.
import { DurableObject } from 'cloudflare:workers';
import { dayOf } from '../../jobs/service/capacity.ts';

export type DayLedger = {
  /** Counts seconds on the day of `now` (epoch milliseconds). Of what is told of one key, the most counts. */
  spend: (now: number, key: string, seconds: number) => Promise<void>;
  /** Seconds of a day (UTC, as 2026-11-21). */
  spent: (day: string) => Promise<number>;
};

export class GpuDay extends DurableObject implements DayLedger {
  async spend(now: number, key: string, seconds: number): Promise<void> {
    const { sql } = this.ctx.storage;
    this.#prepare();
    const day = dayOf(now);
    // Yesterday stays, for what began before midnight.
    sql.exec('DELETE FROM spent WHERE day < ?', dayOf(now - 2 * 86_400_000));
    sql.exec(
      'INSERT INTO spent (day, key, seconds) VALUES (?, ?, ?) ON CONFLICT (day, key) DO UPDATE SET seconds = max(seconds, excluded.seconds)',
      ...[day, key, seconds],
    );
  }

  async spent(day: string): Promise<number> {
    this.#prepare();
    const [row] = this.ctx.storage.sql
      .exec<{ seconds: number }>('SELECT total(seconds) AS seconds FROM spent WHERE day = ?', day)
      .toArray();
    return row?.seconds ?? 0;
  }

  #prepare(): void {
    this.ctx.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS spent (day TEXT, key TEXT, seconds REAL NOT NULL, PRIMARY KEY (day, key))',
    );
  }
}
