// A Worker that computes behind a gate and tells how many others computed meanwhile.
import type { AppError } from '../../src/errors.ts';
import { createGate } from '../../src/gate/gate.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const gate = createGate({
  capacityBytes: 100,
  heaps: () => ({ small: 0, large: 0 }),
  wait,
  now: () => performance.now(),
  limits: { maxQueued: 20, maxQueuedMs: 60_000, maxWaitMs: 20_000 },
});
let inside = 0;

function compute(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

export default {
  /** As in the Worker, a request goes on when its client is gone, so that it leaves the queue. */
  fetch(
    request: Request,
    _: unknown,
    context: { waitUntil: (work: Promise<unknown>) => void },
  ): Promise<Response> {
    const answer = answerTo(request);
    context.waitUntil(answer);
    return answer;
  },
};

async function answerTo(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === '/state') return Response.json(gate.state());
  const ms = Number(searchParams.get('ms'));
  let leave: () => void;
  try {
    leave = await gate.enter({ ms, bytes: 40, heap: 0 }, { signal: request.signal });
  } catch (error) {
    return Response.json({ code: (error as AppError).code }, { status: 429 });
  }
  inside++;
  try {
    let most = inside;
    for (let slice = 0; slice < 4; slice++) {
      compute(ms / 4);
      await wait(0);
      most = Math.max(most, inside);
    }
    return Response.json({ most });
  } finally {
    inside--;
    leave();
  }
}
