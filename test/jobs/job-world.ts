// The job engine on in-memory ports, with fake backends and with workflows that can be stopped at any moment.
import { createHash } from 'node:crypto';
import { parseBackendKeys } from '../../src/jobs/auth.ts';
import { createBackend } from '../../src/jobs/backend/backend.ts';
import type { BlobStore } from '../../src/jobs/blobs.ts';
import type { JobStorage } from '../../src/jobs/job-storage.ts';
import type { JobRecord, RunRef } from '../../src/jobs/record.ts';
import { type RunLimits, type RunPorts, runStep } from '../../src/jobs/run/run.ts';
import { createJobService, type JobRequest } from '../../src/jobs/service/service.ts';
import { createJobStore, type JobStore, type WatchedJobStore } from '../../src/jobs/store/store.ts';
import { sleep } from '../../src/timing.ts';
import { createFakeBackend } from './fake-backend.ts';

/** Longest delay of Node's timers, in milliseconds. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The header that the service sends to backends, which are all behind a login. */
export const LOGIN = 'Bearer of a login';

export const SECRET = 'a secret of enough characters';
export const keys = parseBackendKeys(SECRET);

/** No time that a slow machine could reach: tests of a limit set their own. */
const limits: RunLimits = {
  attempts: 4,
  retryMs: 1,
  queueMs: 20_000,
  connectMs: 20_000,
  silenceMs: 20_000,
  attemptMs: 20_000,
  aliveMs: 10,
  stepMs: 20_000,
  bodyBytes: 2 ** 26,
};

export function createMemoryBlobs(): BlobStore & { stored: Map<string, Uint8Array> } {
  const stored = new Map<string, Uint8Array>();
  return {
    stored,
    async put(key, body, { bytes, sha256 }) {
      const held = new Uint8Array(await new Response(body as BodyInit).arrayBuffer());
      const digest = createHash('sha256').update(held).digest('hex');
      if (held.byteLength !== bytes || (sha256 !== undefined && sha256 !== digest)) return false;
      stored.set(key, held);
      return true;
    },
    async get(key) {
      const found = stored.get(key);
      return (
        found && {
          body: new Response(found as BodyInit).body as ReadableStream<Uint8Array>,
          bytes: found.byteLength,
        }
      );
    },
    async delete(key) {
      stored.delete(key);
    },
  };
}

export function createMemoryStorage(): JobStorage {
  let record: JobRecord | undefined;
  let events: { id: number; type: string; data: string }[] = [];
  let last = 0;
  return {
    read: () => record,
    write(next) {
      record = structuredClone(next);
    },
    append(event) {
      events = [...events, { id: ++last, ...event }].slice(-256);
    },
    dropEvents() {
      events = [];
    },
    after: (id) => events.filter((event) => event.id > id),
    last: () => last,
    async clear() {
      record = undefined;
      events = [];
      last = 0;
    },
  };
}

export type WorldOptions = {
  backends?: number;
  models?: readonly string[];
  limits?: Partial<RunLimits>;
  secondsPerDay?: number;
  development?: boolean;
  watchMs?: number;
  /** What the login in front of the backends expects; the service has `LOGIN`. */
  login?: string;
  /** As the options of the fake backends. */
  bodyLimit?: number;
  bytes?: number;
};

/** Everything that a job needs. */
export function createJobWorld(options: WorldOptions = {}) {
  const world = { limits: { ...limits, ...options.limits }, now: () => Date.now() };
  const login = options.login ?? LOGIN;
  const fakes = Array.from({ length: options.backends ?? 1 }, () =>
    createFakeBackend(keys, {
      login,
      ...(options.models && { models: options.models }),
      ...(options.bodyLimit && { bodyLimit: options.bodyLimit }),
      ...(options.bytes && { bytes: options.bytes }),
    }),
  );
  const backends = fakes.map((fake, index) =>
    createBackend(
      `http://backend-${index}.example`,
      { keys, headers: { login: LOGIN } },
      {
        now: () => Date.now(),
        channel: () => new TransformStream<Uint8Array, Uint8Array>(),
        fetch: (url, init) =>
          fake.fetch(new Request(url, { ...init, duplex: 'half' } as RequestInit)),
      },
    ),
  );
  const blobs = createMemoryBlobs();
  const stores = new Map<string, WatchedJobStore>();
  const spent = new Map<string, number>();
  const logged: Record<string, unknown>[] = [];
  const instances = new Map<string, { done: boolean; stop: () => void }>();
  const alarms = new Map<string, NodeJS.Timeout>();

  const runPorts: RunPorts = {
    jobs: (id) => storeOf(id),
    blobs,
    backends,
    now: () => world.now(),
    sleep,
    async countSeconds(key, seconds) {
      spent.set(key, Math.max(spent.get(key) ?? 0, seconds));
    },
    log: (entry) => logged.push(entry),
  };

  // As the platform does: once for each instance, and not again after it was stopped.
  async function start(ref: RunRef): Promise<void> {
    const name = `${ref.id}-${ref.run}-${ref.restarts}`;
    if (instances.has(name)) return;
    let stopped = false;
    const instance = {
      done: false,
      stop() {
        stopped = true;
        instance.done = true;
      },
    };
    instances.set(name, instance);
    const guard = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
      return async (...args: A): Promise<R> => {
        if (stopped) return new Promise<R>(() => {});
        const result = await call(...args);
        return stopped ? new Promise<R>(() => {}) : result;
      };
    };
    const ports: RunPorts = {
      ...runPorts,
      sleep: guard(sleep),
      jobs: (id) => {
        const store = storeOf(id);
        return { attempt: guard(store.attempt), report: guard(store.report) };
      },
      blobs: { put: guard(blobs.put), get: guard(blobs.get), delete: guard(blobs.delete) },
    };
    const work = async (): Promise<void> => {
      for (;;) {
        const next = await guard(runStep)(ref, ports, world.limits);
        if (!next) break;
        await guard(sleep)(next.pauseMs);
      }
    };
    void work().finally(() => {
      instance.done = true;
    });
  }

  function storeOf(id: string): JobStore {
    const known = stores.get(id);
    if (known) return known;
    const store = createJobStore(
      {
        storage: createMemoryStorage(),
        now: () => world.now(),
        sleep: (ms) => sleep(ms),
        start,
        async stop({ id: job, run, restarts }) {
          instances.get(`${job}-${run}-${restarts}`)?.stop();
          return false;
        },
        async wakeAfter(ms) {
          clearTimeout(alarms.get(id));
          alarms.set(
            id,
            setTimeout(() => void store.watch(), Math.min(ms, LONGEST_TIMEOUT_MS)),
          );
        },
      },
      { watchMs: options.watchMs ?? 50 },
    );
    stores.set(id, store);
    return store;
  }

  const service = createJobService({
    jobs: storeOf,
    blobs,
    backends,
    keys,
    version: '1',
    now: () => world.now(),
    development: options.development ?? false,
    dayLimit: {
      seconds: options.secondsPerDay ?? 0,
      spent: async () => [...spent.values()].reduce((sum, seconds) => sum + seconds, 0),
    },
  });

  return {
    service,
    fakes,
    blobs,
    spent,
    logged,
    world,
    /** Runs the alarm of a job's object. */
    watch: (id: string) => stores.get(id)?.watch(),
    /** Stops every running workflow at its present point, as a restart of the platform does. */
    crash() {
      for (const instance of instances.values()) if (!instance.done) instance.stop();
    },
    close() {
      for (const alarm of alarms.values()) clearTimeout(alarm);
      for (const instance of instances.values()) instance.stop();
    },
  };
}

/** A submit of a picture whose bytes are `letter`. */
export const requestOf = (letter: string, more: Partial<JobRequest> = {}): JobRequest => ({
  plan: { steps: [] } as unknown as JobRequest['plan'],
  planText: 'style,style=asset:a.jpg',
  accept: null,
  models: [],
  main: new TextEncoder().encode(letter),
  further: new Map([['asset:a.jpg', new TextEncoder().encode('style')]]),
  name: 'picture',
  private: false,
  ...more,
});
