// Work that runs as a job: started by a button, followed with progress, losses and previews, cancelled, and found again after a reload.
import { createJobClient, type JobDocument } from '../../client/job-client.ts';
import type { JobEvent } from '../../client/job-events.ts';
import { messageOf } from '../../errors.ts';
import type { Catalogue } from '../catalogue.ts';
import type { PictureShelf } from '../pictures/pictures.ts';
import { uploadOf } from '../preview/request.ts';
import { planText } from '../state/plan-text.ts';
import type { Work } from '../state/work.ts';
import { addLosses, type History } from './curves.ts';
import { createJobView } from './job-view.ts';
import { savedJob, saveJob } from './saved.ts';

export type JobTool = {
  element: HTMLElement;
  /** Offers to start the job of this work, or follows the one that was started before; `key` names the work. */
  offer: (work: Work, key: string) => void;
  /** Follows a job that the service has started by itself. */
  follow: (job: JobDocument, key: string) => void;
  /** The work is no job: hides the tool and stops following. The job itself goes on. */
  leave: () => void;
};

export type JobUse = {
  catalogue: Catalogue;
  pictures: PictureShelf;
  /** Shows a picture of the job. */
  picture: (url: string) => void;
  /** Shows the result. */
  done: (url: string, job: JobDocument) => void;
};

const TIMEOUT_MS = 60_000;
const FINAL = ['succeeded', 'failed', 'canceled'];

export function createJobTool({ catalogue, pictures, picture, done }: JobUse): JobTool {
  const client = createJobClient(
    { origin: location.origin, fetch: (url, init) => fetch(url, init), timeoutMs: TIMEOUT_MS },
    undefined,
  );
  const view = createJobView({ start: () => void start(), cancel: () => void cancel() });
  let offered: { work: Work; key: string } | undefined;
  let current: { key: string; id: string } | undefined;
  let following = new AbortController();

  function stop(): AbortSignal {
    following.abort();
    following = new AbortController();
    return following.signal;
  }
  async function start(): Promise<void> {
    if (!offered) return;
    const { work, key } = offered;
    const signal = stop();
    view.state('submitting');
    try {
      const uploads = await uploadOf(work, { catalogue, pictures }, signal);
      const plan = planText(work, catalogue);
      const job = uploads
        ? await client.submit({ plan }, { pictures: uploads, signal })
        : await client.submit({ plan, source: work.source }, { signal });
      accept(job, key, signal);
    } catch (error) {
      fail(error, signal);
    }
  }
  function accept(job: JobDocument, key: string, signal: AbortSignal): void {
    const token = 'token' in job && typeof job.token === 'string' ? { token: job.token } : {};
    saveJob(localStorage, key, { id: job.id, ...token });
    current = { key, id: job.id };
    if (FINAL.includes(job.state)) {
      finish(job);
      return;
    }
    view.state(job.state === 'running' ? 'running' : 'queued', job);
    follow(job.id, signal).catch((error: unknown) => fail(error, signal));
  }
  async function follow(id: string, signal: AbortSignal): Promise<void> {
    const history: History = new Map();
    let run: number | undefined;
    for await (const event of client.events(id, { signal })) {
      if (event.type === 'state' && event.data.run !== run) {
        run = event.data.run;
        history.clear();
      }
      showEvent(id, event, history);
    }
    const job = await client.state(id, { signal });
    if (!signal.aborted) finish(job);
  }
  function showEvent(id: string, event: JobEvent, history: History): void {
    if (event.type === 'preview') {
      picture(`/v1/jobs/${id}/preview?v=${event.id}`);
    } else if (event.type === 'progress') {
      addLosses(history, event.data.step, event.data.losses ?? {});
      view.progress(event.data, history);
    } else if (!FINAL.includes(event.data.state)) {
      view.state(event.data.state === 'running' ? 'running' : 'queued', event.data);
    }
  }
  function finish(job: JobDocument): void {
    if (job.state === 'failed') {
      view.problem(job.error?.message ?? 'the service did not give a reason');
      view.state('failed');
      return;
    }
    view.state(job.state === 'succeeded' ? 'succeeded' : 'canceled', job);
    if (job.state === 'succeeded') done(`/v1/jobs/${job.id}/result`, job);
  }
  function fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    view.problem(messageOf(error));
    view.state('failed');
  }
  async function cancel(): Promise<void> {
    if (!current) return;
    const { key, id } = current;
    view.state('canceling');
    try {
      const job = await client.cancel(id, savedJob(localStorage, key)?.token);
      if (FINAL.includes(job.state)) {
        stop();
        finish(job);
      }
    } catch (error) {
      view.problem(`Not cancelled: ${messageOf(error)}`);
      view.state('running');
    }
  }
  /** Goes on with a job of an earlier visit; a job that is gone is offered anew. */
  async function resume(id: string, key: string, signal: AbortSignal): Promise<void> {
    try {
      const job = await client.state(id, { signal });
      if (!signal.aborted) accept(job, key, signal);
    } catch {
      if (!signal.aborted) view.state('offered');
    }
  }

  // An open connection would keep the page out of the browser's back/forward cache.
  addEventListener('pagehide', () => stop());
  addEventListener('pageshow', (event) => {
    if (event.persisted && current) void resume(current.id, current.key, stop());
  });

  return {
    element: view.element,
    offer(work, key) {
      if (offered?.key === key && !view.element.hidden) {
        offered = { work, key };
        return;
      }
      offered = { work, key };
      const signal = stop();
      const saved = savedJob(localStorage, key);
      view.state('offered');
      if (saved) void resume(saved.id, key, signal);
    },
    follow: (job, key) => accept(job, key, stop()),
    leave() {
      stop();
      offered = undefined;
      current = undefined;
      view.hide();
    },
  };
}
