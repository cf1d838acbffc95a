// The view of a job: its state in words, a progress bar, curves of losses, and the button that fits the state.
import type { JobProgress } from '../../jobs/job.ts';
import { announce, h, icon } from '../dom.ts';
import { drawCurves, type History } from './curves.ts';

export type ViewState =
  | 'offered'
  | 'submitting'
  | 'queued'
  | 'running'
  | 'canceling'
  | 'succeeded'
  | 'failed'
  | 'canceled';

export type JobView = {
  element: HTMLElement;
  state: (state: ViewState, job?: { created: string; updated: string; attempt: number }) => void;
  progress: (progress: JobProgress, history: History) => void;
  problem: (text: string) => void;
  hide: () => void;
};

const WORDS: Readonly<Record<ViewState, string>> = {
  offered: 'This plan runs on a GPU backend, as a job',
  submitting: 'Submitting …',
  queued: 'Queued: waiting for a GPU backend',
  running: 'Running',
  canceling: 'Cancelling …',
  succeeded: 'Done',
  failed: 'Failed',
  canceled: 'Cancelled',
};

const COMMAND = /(npm run models(?: [\w-]+)?)/;

/** "2 min 5 s". */
export function durationText(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)} min ${s % 60} s`;
}

export function createJobView({
  start,
  cancel,
}: {
  start: () => void;
  cancel: () => void;
}): JobView {
  const title = h('p', { class: 'job-state', role: 'status' });
  const numbers = h('p', { class: 'job-numbers' });
  const bar = h('progress', { max: '1', 'aria-label': 'Progress of the job' });
  const curves = h('div', { class: 'curves', hidden: true });
  const problem = h('p', { class: 'field-problem', role: 'alert', hidden: true });
  const begin = h('span', {}, 'Start');
  const startButton = h(
    'button',
    { type: 'button', class: 'button primary', onclick: start },
    icon('play'),
    begin,
  );
  const cancelButton = h('button', { type: 'button', class: 'button', onclick: cancel }, 'Cancel');
  const element = h(
    'section',
    { class: 'job', 'aria-label': 'Job', hidden: true },
    h(
      'div',
      { class: 'job-line' },
      h('div', { class: 'job-words' }, title, numbers),
      startButton,
      cancelButton,
    ),
    bar,
    curves,
    problem,
  );
  let quarter = 0;

  return {
    element,
    state(state, job) {
      element.hidden = false;
      element.dataset.state = state;
      const isActive = ['submitting', 'queued', 'running', 'canceling'].includes(state);
      element.setAttribute('aria-busy', String(isActive));
      const again = job && job.attempt > 1 && isActive ? `, attempt ${job.attempt}` : '';
      const text = WORDS[state] + again;
      if (title.textContent !== text) title.textContent = text;
      bar.hidden = !isActive;
      if (state !== 'running' && state !== 'canceling') {
        bar.removeAttribute('value');
        quarter = 0;
      }
      startButton.hidden = !['offered', 'failed', 'canceled'].includes(state);
      begin.textContent = state === 'offered' ? 'Start' : 'Start again';
      cancelButton.hidden = !['queued', 'running'].includes(state);
      if (state === 'offered' || state === 'submitting') {
        curves.hidden = true;
        curves.replaceChildren();
        numbers.textContent = '';
      }
      if (state === 'succeeded' && job) {
        const seconds = (Date.parse(job.updated) - Date.parse(job.created)) / 1000;
        numbers.textContent = `after ${durationText(seconds)}`;
      }
      if (state !== 'failed' && state !== 'running') problem.hidden = true;
    },
    progress({ step, steps, losses, secondsLeft, width, height }, history) {
      element.dataset.state = 'running';
      if (title.textContent !== WORDS.running) title.textContent = WORDS.running;
      const left = secondsLeft === undefined ? '' : `, about ${durationText(secondsLeft)} left`;
      const size = width && height ? ` at ${width} × ${height}` : '';
      numbers.textContent = `Step ${step} of ${steps}${size}${left}`;
      bar.value = steps > 0 ? step / steps : 0;
      if (losses) drawCurves(curves, history, steps);
      // Screen readers hear each quarter, not each step.
      const now = Math.floor((4 * step) / Math.max(1, steps));
      if (now > quarter && now < 4) announce(`${now * 25} % done`);
      quarter = now;
    },
    problem(text) {
      problem.hidden = text === '';
      problem.replaceChildren(
        ...text.split(COMMAND).map((piece, i) => (i % 2 === 1 ? h('code', {}, piece) : piece)),
      );
    },
    hide() {
      element.hidden = true;
      problem.hidden = true;
      delete element.dataset.state;
    },
  };
}
