// The Workflow of one run of a job: attempts as steps, so that the platform goes on where a Worker was stopped.
import { WorkflowEntrypoint, type WorkflowStep } from 'cloudflare:workers';
import { readConfig } from '../config.ts';
import type { RunRef } from '../jobs/job-log.ts';
import { runAttempt } from '../jobs/run-attempt.ts';
import { createRunPorts, type JobEnv, runLimitsOf } from './jobs.ts';

type Params = { id: string; run: number };

/** How often the platform begins a step anew when something other than the job goes wrong in it. */
const RETRIES = { limit: 10, delay: 1000, backoff: 'exponential' } as const;

export class JobWorkflow extends WorkflowEntrypoint<JobEnv, Params> {
  async run({ payload }: { payload: Params }, step: WorkflowStep): Promise<void> {
    const { id, run } = payload;
    const config = readConfig(this.env);
    const limits = runLimitsOf(config);
    const ports = createRunPorts(this.env, config);
    const timeout = 2 * (limits.queueMs + limits.attemptMs);
    for (let attempt = 1; ; attempt++) {
      const next = await step.do(
        `attempt ${attempt}`,
        { timeout, retries: RETRIES },
        async () => (await runAttempt({ id, run }, ports, limits)) ?? null,
      );
      if (!next) return;
      await step.sleep(`pause ${attempt}`, next.pauseMs);
    }
  }
}

/** Starts the Workflow of a run; one that was started before is left as it is. */
export async function startRun({ JOB_RUNS }: JobEnv, { id, run, restarts }: RunRef): Promise<void> {
  try {
    await JOB_RUNS.create({ id: instanceOf({ id, run, restarts }), params: { id, run } });
  } catch (error) {
    if (!/already.exists/i.test(String(error))) throw error;
  }
}

/** Whether a run's Workflow is neither over nor lost. Locally, one that a restart interrupted goes on when it is asked. */
export async function isRunAtWork({ JOB_RUNS }: JobEnv, ref: RunRef): Promise<boolean> {
  try {
    const { status } = await (await JOB_RUNS.get(instanceOf(ref))).status();
    return !['errored', 'terminated', 'complete', 'unknown'].includes(status);
  } catch (error) {
    if (/not.found/i.test(String(error))) return false;
    throw error;
  }
}

// An instance's id cannot be used twice.
const instanceOf = ({ id, run, restarts }: RunRef): string => `${id}-${run}-${restarts}`;
