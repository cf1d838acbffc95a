// A job on the page: submits it, follows it, and updates its view.
import { duration, jobView } from './job-view.js';
import { cancelJob, followJob, isFinal, Problem, submitJob } from './jobs-api.js';
import { standInOf } from './plan-url.js';

// Each followed job holds a connection, and a browser opens only a few to one server.
const MAX_JOBS = 4;

const jobs = new Set();

/** Starts the job of a transform URL and shows it at the top of `list`. `answer`: the server's answer, if it was asked already. */
export function startJob({ path, list, answer }) {
  const view = jobView(path);
  const job = { path, view, end: () => {}, live: false, id: '', token: undefined, url: '' };
  list.prepend(view.element);
  view.buttons.cancel.addEventListener('click', () => cancel(job));
  view.buttons.again.addEventListener('click', () => submit(job));
  view.buttons.remove.addEventListener('click', () => remove(job));
  jobs.add(job);
  view.element.scrollIntoView({ block: 'nearest' });
  submit(job, answer);
}

async function submit(job, answer) {
  const { view } = job;
  view.problem('');
  for (const name of ['numbers', 'losses']) view.text(name, '');
  show(job, 'submitting', 'Submitting…');
  try {
    const others = [...jobs].filter((other) => other !== job && other.live);
    if (!answer && others.length >= MAX_JOBS)
      throw new Error(
        `${MAX_JOBS} jobs run from this page already: cancel one or wait for its end`,
      );
    job.live = true;
    const known = await (answer ?? submitJob(job.path));
    if (known.picture) return await finishWith(job, known.picture);
    const same = [...jobs].find((other) => other !== job && other.id === known.id);
    if (same) {
      // The same work is the same job, so it is shown once.
      remove(job);
      same.view.element.scrollIntoView({ block: 'nearest' });
      same.token ??= known.token;
      if (!same.live) accept(same, known);
      return;
    }
    accept(job, known);
  } catch (error) {
    fail(job, error);
  }
}

function accept(job, known) {
  job.id = known.id;
  job.token = known.token ?? job.token;
  job.live = true;
  job.view.problem('');
  job.view.link('details', `/v1/jobs/${job.id}`, 'Details');
  if (isFinal(known.state)) return finish(job, known);
  const standIn = standInOf(job.path);
  if (standIn && !known.preview) {
    const seen = () => job.view.element.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    // The view has its final height only when the picture is there.
    job.view.picture(standIn, 'stand-in').then(seen, () => {});
  }
  tell(job, known);
  if (known.progress) progress(job, known.progress);
  follow(job);
}

function follow(job) {
  job.end();
  job.end = followJob(job.id, {
    state: (data) => tell(job, data),
    final: (known) => finish(job, known),
    progress: (data) => progress(job, data),
    preview: (_, number) => {
      job.view.picture(`/v1/jobs/${job.id}/preview?v=${number}`, 'preview').catch(() => {});
    },
    lost: () => job.view.text('lost', 'Connection lost; the job goes on. Reconnecting…'),
    gone: (error) => fail(job, error),
  });
}

function tell(job, { state, attempt, updated }) {
  if (state === 'queued') {
    const again = attempt > 1 ? ` for attempt ${attempt}` : '';
    show(job, 'queued', `Queued: waiting for a GPU backend${again}`);
    job.view.text('numbers', updated ? `Since ${new Date(updated).toLocaleTimeString()}` : '');
    return;
  }
  show(job, 'running', attempt > 1 ? `Running, attempt ${attempt}` : 'Running');
}

function progress(job, { step, steps, losses, secondsLeft }) {
  const { view } = job;
  if (view.element.dataset.state !== 'running') show(job, 'running', 'Running');
  view.text('lost', '');
  const left = secondsLeft === undefined ? '' : `, about ${duration(secondsLeft)} left`;
  view.progress(steps > 0 ? step / steps : 0);
  view.text('numbers', `Step ${step} of ${steps}${left}`);
  const terms = Object.entries(losses ?? {}).map(([name, loss]) => `${name} ${short(loss)}`);
  view.text('losses', terms.length > 0 ? `Losses: ${terms.join(' · ')}` : '');
  // Screen readers announce each quarter, not each step.
  const quarter = Math.floor((4 * step) / steps);
  if (quarter > 0 && quarter < 4) view.text('heard', `${quarter * 25} % done`);
}

const short = (value) =>
  Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5
    ? String(Number(value.toPrecision(3)))
    : value.toExponential(2);

async function finish(job, known) {
  job.end();
  try {
    if (known.state === 'failed') {
      throw new Problem({ detail: 'the server did not give a reason', ...known.error });
    }
    job.live = false;
    if (known.state === 'canceled') return show(job, 'canceled', 'Cancelled');
    await succeed(job, `/v1/jobs/${job.id}/result`, known);
  } catch (error) {
    fail(job, error);
  }
}

async function finishWith(job, blob) {
  job.url = URL.createObjectURL(blob);
  await succeed(job, job.url, { result: { bytes: blob.size, mime: blob.type } });
}

async function succeed(job, url, { result, created, updated }) {
  // A plan may ask for numbers instead of a picture.
  const shown = result.mime.startsWith('image/');
  if (shown) await job.view.picture(url, 'result');
  job.live = false;
  const size = result.width ? [`${result.width}×${result.height}`] : [];
  const took = created
    ? [`after ${duration((Date.parse(updated) - Date.parse(created)) / 1000)}`]
    : [];
  const facts = [...size, result.mime, `${(result.bytes / 1024).toFixed(1)} KiB`, ...took];
  job.view.text('numbers', facts.join(', '));
  job.view.link('open', url, shown ? 'Open picture' : 'Open result');
  show(job, 'succeeded', 'Done');
}

function fail(job, error) {
  job.end();
  job.live = false;
  show(job, 'failed', 'Failed');
  job.view.problem(error instanceof Error ? error.message : String(error));
}

function show(job, state, text) {
  const focused = job.view.element.contains(document.activeElement);
  job.view.state(state);
  job.view.text('state', text);
  for (const name of ['heard', 'lost']) job.view.text(name, '');
  // The pressed button may be hidden now; keep the keyboard focus in the job.
  if (focused && !job.view.element.contains(document.activeElement)) job.view.element.focus();
}

async function cancel(job) {
  const { cancel: button } = job.view.buttons;
  button.disabled = true;
  try {
    const known = await cancelJob(job.id, job.token);
    if (isFinal(known.state)) await finish(job, known);
    else job.view.text('state', 'Cancelling…');
  } catch (error) {
    job.view.problem(`Not cancelled: ${error.message}`);
  } finally {
    button.disabled = false;
  }
}

function remove(job) {
  job.end();
  if (job.url) URL.revokeObjectURL(job.url);
  jobs.delete(job);
  job.view.element.remove();
}

// Otherwise an open stream would stay open while the page is in the browser's back/forward cache.
addEventListener('pagehide', () => {
  for (const job of jobs) job.end();
});
addEventListener('pageshow', (event) => {
  if (event.persisted) for (const job of jobs) if (job.live && job.id) follow(job);
});
