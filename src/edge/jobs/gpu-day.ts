// The Durable Object that counts the seconds that backends rendered each day.
import { DurableObject } from 'cloudflare:workers';
import { type DayLedger, dayOf } from '../../jobs/day-ledger.ts';

const DAY_MS = 86_400_000;

export class GpuDay extends DurableObject implements DayLedger {
  async spend(now: number, key: string, seconds: number): Promise<void> {
    const { sql } = this.ctx.storage;
    this.#prepare();
    const day = dayOf(now);
    // Yesterday is kept, because requests that began before midnight may still ask for it.
    sql.exec('DELETE FROM spent WHERE day < ?', dayOf(now - 2 * DAY_MS));
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
