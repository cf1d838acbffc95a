// The Durable Object of one job: its state in SQLite, and an alarm that restarts a run which shows no sign of life.
import { DurableObject } from 'cloudflare:workers';
import { readConfig } from '../../config.ts';
import type { JobSpec } from '../../jobs/job.ts';
import type { JobChange, RunRef } from '../../jobs/record.ts';
import { createJobStore, type JobStore, type WatchedJobStore } from '../../jobs/store/store.ts';
import { sleep } from '../../timing.ts';
import type { JobEnv } from '../env.ts';
import { createJobStorage } from './job-storage.ts';
import { startRun, stopRun } from './job-workflow.ts';

export class JobObject extends DurableObject<JobEnv> implements JobStore {
  readonly #store: WatchedJobStore;

  constructor(ctx: ConstructorParameters<typeof DurableObject>[0], env: JobEnv) {
    super(ctx, env);
    this.#store = createJobStore(
      {
        storage: createJobStorage(ctx.storage),
        now: Date.now,
        sleep,
        start: (run) => startRun(env, run),
        stop: (run) => stopRun(env, run),
        wakeAfter: (ms) => ctx.storage.setAlarm(Date.now() + ms),
      },
      { watchMs: readConfig(env).JOB_WATCH_MS },
    );
  }

  begin(spec: JobSpec, renew: boolean) {
    return this.#store.begin(spec, renew);
  }
  read() {
    return this.#store.read();
  }
  attempt(run: RunRef) {
    return this.#store.attempt(run);
  }
  report(run: RunRef, change: JobChange) {
    return this.#store.report(run, change);
  }
  cancel() {
    return this.#store.cancel();
  }
  events(after: number) {
    return this.#store.events(after);
  }
  wait(ms: number) {
    return this.#store.wait(ms);
  }
  alarm() {
    return this.#store.watch();
  }
}
