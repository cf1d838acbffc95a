// The Workflow of one run, in steps of a few minutes: if the platform stops a Worker, the run continues at that step.
import { WorkflowEntrypoint, type WorkflowStep } from 'cloudflare:workers';
import { readConfig } from '../../config.ts';
import type { RunRef } from '../../jobs/record.ts';
import { runStep } from '../../jobs/run/run.ts';
import type { JobEnv } from '../env.ts';
import { createRunPorts, runLimitsOf } from './ports.ts';

/** How often the platform repeats a step that throws, which happens only for failures outside the job. `delay` in milliseconds. */
const RETRIES = { limit: 10, delay: 1000, backoff: 'exponential' } as const;

/** The longest that a step may take beyond its share: the transfer of the largest checkpoint, in milliseconds. */
const SLACK_MS = 3_600_000;

export class JobWorkflow extends WorkflowEntrypoint<JobEnv, RunRef> {
  async run({ payload }: { payload: RunRef }, step: WorkflowStep): Promise<void> {
    const config = readConfig(this.env);
    const limits = runLimitsOf(config);
    const ports = createRunPorts(this.env, config);
    const timeout = limits.stepMs + SLACK_MS;
    for (let count = 1; ; count++) {
      const next = await step.do(
        `step ${count}`,
        { timeout, retries: RETRIES },
        async () => (await runStep(payload, ports, limits)) ?? null,
      );
      if (!next) return;
      if (next.pauseMs > 0) await step.sleep(`pause ${count}`, next.pauseMs);
    }
  }
}

/** Starts the Workflow of a run; does nothing if it was started before. */
export async function startRun({ JOB_RUNS }: JobEnv, run: RunRef): Promise<void> {
  try {
    await JOB_RUNS.create({ id: instanceOf(run), params: run });
  } catch (error) {
    if (!/already.exists/i.test(String(error))) throw error;
  }
}

/** Ends the Workflow of a run and resolves to false. If it is still queued, leaves it as it is and resolves to true. */
export async function stopRun({ JOB_RUNS }: JobEnv, run: RunRef): Promise<boolean> {
  try {
    const instance = await JOB_RUNS.get(instanceOf(run));
    const { status } = await instance.status();
    if (['queued', 'paused', 'waitingForPause'].includes(status)) return true;
    await instance.terminate();
  } catch {
    // It has ended or was never started. If it runs nevertheless, the job ignores its reports.
  }
  return false;
}

// The id of an instance cannot be used twice, so it contains the number of restarts.
const instanceOf = ({ id, run, restarts }: RunRef): string => `${id}-${run}-${restarts}`;
