// The Workflow of one run of a job: attempts as steps, so that the platform goes on where a Worker was stopped.
import { WorkflowEntrypoint, type WorkflowStep } from 'cloudflare:workers';
import { readConfig } from '../../config.ts';
import { runAttempt } from '../../jobs/run/run.ts';
import type { RunRef } from '../../jobs/store/store.ts';
import { createRunPorts, type JobEnv, runLimitsOf } from './jobs.ts';

/** How often the platform begins a step anew when something other than the job goes wrong in it. */
const RETRIES = { limit: 10, delay: 1000, backoff: 'exponential' } as const;

export class JobWorkflow extends WorkflowEntrypoint<JobEnv, RunRef> {
  async run({ payload }: { payload: RunRef }, step: WorkflowStep): Promise<void> {
    const config = readConfig(this.env);
    const limits = runLimitsOf(config);
    const ports = createRunPorts(this.env, config);
    const timeout = 2 * (limits.queueMs + limits.attemptMs);
    for (let attempt = 1; ; attempt++) {
      const next = await step.do(
        `attempt ${attempt}`,
        { timeout, retries: RETRIES },
        async () => (await runAttempt(payload, ports, limits)) ?? null,
      );
      if (!next) return;
      await step.sleep(`pause ${attempt}`, next.pauseMs);
    }
  }
}

/** Starts the Workflow of a run; one that was started before is left as it is. */
export async function startRun({ JOB_RUNS }: JobEnv, run: RunRef): Promise<void> {
  try {
    await JOB_RUNS.create({ id: instanceOf(run), params: run });
  } catch (error) {
    if (!/already.exists/i.test(String(error))) throw error;
  }
}

/** Ends the Workflow of a run, and returns false; true where it only waits for its turn. */
export async function stopRun({ JOB_RUNS }: JobEnv, run: RunRef): Promise<boolean> {
  try {
    const instance = await JOB_RUNS.get(instanceOf(run));
    const { status } = await instance.status();
    if (['queued', 'paused', 'waitingForPause'].includes(status)) return true;
    await instance.terminate();
  } catch {
    // It has ended, or was never started. Should it live on after all, the log does not listen to it any more.
  }
  return false;
}

// An instance's id cannot be used twice.
const instanceOf = ({ id, run, restarts }: RunRef): string => `${id}-${run}-${restarts}`;
