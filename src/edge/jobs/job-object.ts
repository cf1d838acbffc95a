// The Durable Object of one job: its log in SQLite, and an alarm that sees to it that somebody works on it.
import { DurableObject } from 'cloudflare:workers';
import { readConfig } from '../../config.ts';
import type { JobSpec } from '../../jobs/job.ts';
import type { JobChange, JobRecord } from '../../jobs/record.ts';
import type { StoredEvent } from '../../jobs/store/event-stream.ts';
import {
  createJobLog,
  type JobLog,
  type LogStorage,
  type RunRef,
  type WatchedLog,
} from '../../jobs/store/store.ts';
import { startRun, stopRun } from './job-workflow.ts';
import type { JobEnv } from './jobs.ts';

type Storage = {
  sql: {
    exec: <Row extends Record<string, string | number | null>>(
      query: string,
      ...bindings: (string | number | null)[]
    ) => { toArray: () => Row[] };
  };
  deleteAll: () => Promise<void>;
};

/** Enough for a reader to miss a minute. */
const KEPT_EVENTS = 256;

export class JobObject extends DurableObject<JobEnv> implements JobLog {
  readonly #log: WatchedLog;

  constructor(ctx: ConstructorParameters<typeof DurableObject>[0], env: JobEnv) {
    super(ctx, env);
    this.#log = createJobLog(
      {
        storage: createLogStorage(ctx.storage),
        now: Date.now,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        start: (run) => startRun(env, run),
        stop: (run) => stopRun(env, run),
        wakeAfter: (ms) => ctx.storage.setAlarm(Date.now() + ms),
      },
      { watchMs: readConfig(env).JOB_WATCH_MS },
    );
  }

  begin(spec: JobSpec, renew: boolean) {
    return this.#log.begin(spec, renew);
  }
  read() {
    return this.#log.read();
  }
  attempt(run: RunRef) {
    return this.#log.attempt(run);
  }
  report(run: RunRef, change: JobChange) {
    return this.#log.report(run, change);
  }
  cancel() {
    return this.#log.cancel();
  }
  events(after: number) {
    return this.#log.events(after);
  }
  wait(ms: number) {
    return this.#log.wait(ms);
  }
  alarm() {
    return this.#log.watch();
  }
}

// Nothing is written for ids that somebody only asks about.
function createLogStorage(storage: Storage): LogStorage {
  const { sql } = storage;
  const isThere = (): boolean =>
    sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'job'").toArray().length > 0;
  return {
    read() {
      if (!isThere()) return undefined;
      const [row] = sql.exec<{ record: string }>('SELECT record FROM job').toArray();
      return row && (JSON.parse(row.record) as JobRecord);
    },
    write(record) {
      if (!isThere()) {
        sql.exec('CREATE TABLE job (id INTEGER PRIMARY KEY CHECK (id = 0), record TEXT NOT NULL)');
        sql.exec(
          'CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, data TEXT NOT NULL)',
        );
      }
      sql.exec('INSERT OR REPLACE INTO job (id, record) VALUES (0, ?)', JSON.stringify(record));
    },
    append({ type, data }) {
      sql.exec('INSERT INTO events (type, data) VALUES (?, ?)', type, data);
      sql.exec('DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - ?', KEPT_EVENTS);
    },
    // AUTOINCREMENT: the numbers of what was deleted do not come again.
    dropEvents: () => void sql.exec('DELETE FROM events'),
    after: (id) =>
      sql
        .exec<StoredEvent>('SELECT id, type, data FROM events WHERE id > ? ORDER BY id', id)
        .toArray(),
    last() {
      const [row] = sql.exec<{ id: number | null }>('SELECT max(id) AS id FROM events').toArray();
      return row?.id ?? 0;
    },
    // With the alarm, where one is set.
    clear: () => storage.deleteAll(),
  };
}
