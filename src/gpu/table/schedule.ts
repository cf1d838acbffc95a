// Which jobs wait for a renderer, and which renderer works on which job.
import type { JobLine } from '../../jobs/protocol.ts';
import type { RenderJob } from '../messages.ts';
import type { RendererPool } from '../pool/pool.ts';
import { failureLine } from './entry.ts';
import type { LiveJob } from './live-job.ts';

type Renderer = NonNullable<ReturnType<RendererPool['take']>>;

export type ScheduledJob = {
  readonly job: LiveJob;
  /** The task of a renderer; undefined until the blobs have arrived. */
  work?: RenderJob;
  /** The renderer that works on it. */
  renderer?: Renderer;
};

export type Schedule = {
  /** Adds a job that has its `work` to the queue. */
  enqueue: (scheduled: ScheduledJob) => void;
  /** Gives waiting jobs to free renderers. */
  advance: () => void;
  /** Ends a job with this line. If a renderer works on the job, `canceled` is left to it, and it may finish the job first. */
  stop: (scheduled: ScheduledJob, line: JobLine) => void;
  /** Ends a job because of a failure of the backend. */
  fail: (scheduled: ScheduledJob, message: string) => void;
  waiting: () => readonly ScheduledJob[];
};

/** An empty schedule over a pool of renderers. */
export function createSchedule(pool: () => RendererPool): Schedule {
  const queue: ScheduledJob[] = [];
  const writePositions = (): void => {
    for (const [ahead, { job }] of queue.entries()) job.write(acceptedLine(pool(), ahead));
  };
  const advance = (): void => {
    while (queue.length > 0) {
      const renderer = pool().take();
      if (!renderer) return;
      render(queue.shift()!, renderer, pool());
      writePositions();
    }
  };
  const stop = (scheduled: ScheduledJob, line: JobLine): void => {
    const { job, renderer } = scheduled;
    const index = queue.indexOf(scheduled);
    if (index >= 0) queue.splice(index, 1);
    renderer?.cancel();
    // A renderer that cancels its job writes the line `canceled` itself.
    if (!renderer || line.type !== 'canceled') job.write(line);
    if (index >= 0) writePositions();
  };
  return {
    enqueue(scheduled) {
      scheduled.job.queue();
      queue.push(scheduled);
      writePositions();
      advance();
    },
    advance,
    stop,
    fail(scheduled, message) {
      stop(scheduled, failureLine(scheduled.job.entry(), message, performance.now()));
    },
    waiting: () => [...queue],
  };
}

function render(scheduled: ScheduledJob, renderer: Renderer, pool: RendererPool): void {
  const { job, work } = scheduled;
  scheduled.renderer = renderer;
  job.start();
  job.write(acceptedLine(pool, 0));
  job.write({ type: 'started' });
  renderer.render(work!, job.write).then((canContinue) => {
    delete scheduled.renderer;
    pool.release(renderer, canContinue);
  });
}

function acceptedLine(pool: RendererPool, ahead: number): JobLine {
  const device = pool.device();
  const name = device ? `${device.kind}: ${device.name}` : 'starting';
  return { type: 'accepted', device: name, ahead };
}
