// A container of the Worker as a GPU backend without a GPU: starts it when a request comes, and ends it when it has nothing to do.
import { type Sleep, within } from '../../timing.ts';

/** The part of the platform's container that is used. */
export type Container = {
  readonly running: boolean;
  start: (options: { enableInternet: boolean; env: Record<string, string> }) => void;
  getTcpPort: (port: number) => { fetch: (request: Request) => Promise<Response> };
  /** Sends a signal to its process. */
  signal: (signal: number) => void;
};

export type ContainerPorts = {
  container: Container;
  /** Environment of the backend in it. */
  env: Record<string, string>;
  /** Epoch milliseconds. */
  now: () => number;
  sleep: Sleep;
  /** Has `rest` called after `ms`. */
  wakeAfter: (ms: number) => Promise<void>;
};

export type ContainerBackend = {
  /** Passes a request on, once the backend listens. Throws if it does not in time. */
  fetch: (request: Request) => Promise<Response>;
  /** Ends the container if it was not asked for a while and has no job, else asks to be called again. */
  rest: () => Promise<void>;
};

/** Where the backend listens in its container. */
const PORT = 8788;

/** How long a container may take to start and listen, in milliseconds; the platform says that it often takes 2 to 3 s. */
const START_MS = 25_000;
/** Time between two looks whether it listens, and how long one may take, in milliseconds. */
const POLL_MS = 200;
const LOOK_MS = 2000;

/** How long it is kept without a request, in milliseconds. Its memory costs money while it runs. */
const IDLE_MS = 300_000;

const SIGTERM = 15;

/** The backend in a container. */
export function createContainerBackend(ports: ContainerPorts): ContainerBackend {
  const { container, env, now, sleep, wakeAfter } = ports;
  let askedAt = now();

  const look = async (): Promise<Response | undefined> => {
    const asking = container.getTcpPort(PORT).fetch(new Request('http://container/health'));
    const looked = asking.catch(() => undefined);
    return within({ ms: LOOK_MS, wait: sleep }, looked, () => undefined);
  };
  // A body that was sent once cannot be sent again, so a request waits until the backend listens.
  const ensureListening = async (): Promise<void> => {
    if (!container.running) container.start({ enableInternet: false, env });
    const until = now() + START_MS;
    for (;;) {
      const answer = await look();
      await answer?.body?.cancel();
      if (answer) return;
      if (now() >= until) throw new Error(`the container did not listen within ${START_MS} ms`);
      await sleep(POLL_MS);
    }
  };
  return {
    async fetch(request) {
      askedAt = now();
      await wakeAfter(IDLE_MS);
      await ensureListening();
      return container.getTcpPort(PORT).fetch(request);
    },
    async rest() {
      if (!container.running) return;
      if (now() - askedAt >= IDLE_MS && !(await hasJobs(await look()))) {
        container.signal(SIGTERM);
        return;
      }
      await wakeAfter(IDLE_MS);
    },
  };
}

/** Whether a backend says in its answer to `/health` that it works; one that says nothing does not. */
async function hasJobs(answer: Response | undefined): Promise<boolean> {
  if (!answer) return false;
  try {
    const { jobs } = (await answer.json()) as { jobs: Record<string, number> };
    return ['receiving', 'queued', 'running'].some((stage) => (jobs[stage] ?? 0) > 0);
  } catch {
    return false;
  }
}
