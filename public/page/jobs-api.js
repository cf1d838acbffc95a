// Requests about jobs: submit, read, cancel, follow.
import { splitUrl } from './plan-url.js';

const FINAL = ['succeeded', 'failed', 'canceled'];
const REQUEST_TIMEOUT_MS = 30_000;
const RECONNECT_MS = [1000, 2000, 5000, 10_000, 30_000];

export const isFinal = (state) => FINAL.includes(state);

/** An error with the server's message. */
export class Problem extends Error {
  constructor({ code, detail, status }) {
    super(detail);
    this.code = code;
    this.status = status;
  }
}

/** The answer as JSON; throws a `Problem`. */
async function read(response) {
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw problemOf(text, response.status);
}

/** The problem in a response's text. */
export function problemOf(text, status) {
  try {
    return new Problem({ ...JSON.parse(text), status });
  } catch {
    return new Problem({ code: 'internal', detail: `the server answered ${status}`, status });
  }
}

const ask = (path, init = {}) =>
  fetch(path, { ...init, cache: 'no-store', signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });

/** Submits the work of a transform URL. A job that failed or was cancelled starts again. Resolves to the job with its `token`, or to `{ picture }`. */
export async function submitJob(path) {
  const parts = splitUrl(path);
  if (!parts) return submitted(await ask(path));
  const headers = { 'Content-Type': 'application/json' };
  return submitted(await ask('/v1/jobs', { method: 'POST', headers, body: JSON.stringify(parts) }));
}

/** The job in a response, or `{ picture }` if the response is one. */
export async function submitted(response) {
  const type = response.headers.get('content-type') ?? '';
  return response.ok && type.startsWith('image/')
    ? { picture: await response.blob() }
    : read(response);
}

/** Reads a job. */
export const readJob = async (id) => read(await ask(`/v1/jobs/${id}`));

/** Cancels a job; resolves to the job. */
export async function cancelJob(id, token) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return read(await ask(`/v1/jobs/${id}`, { method: 'DELETE', headers }));
}

/**
 * Follows a job. Calls `on.state`, `on.progress` and `on.preview` with the data and number of an event, `on.lost` when the
 * connection breaks, and at the end `on.final` with the job, or `on.gone` if the job no longer exists. Returns a function that stops
 * following.
 */
export function followJob(id, on) {
  let events;
  let timer;
  let tries = 0;
  let ending = false;
  let over = false;

  const end = () => {
    over = true;
    clearTimeout(timer);
    events?.close();
  };
  const listen = () => {
    events = new EventSource(`/v1/jobs/${id}/events`);
    for (const name of ['state', 'progress', 'preview'])
      events.addEventListener(name, (event) => {
        if (over) return;
        tries = 0;
        const data = JSON.parse(event.data);
        // A replayed event may be the end of an earlier run, so read the job itself.
        ending = name === 'state' && isFinal(data.state);
        if (ending) check();
        else on[name](data, event.lastEventId);
      });
    events.onerror = () => {
      if (over) return;
      if (!ending) on.lost();
      // The browser reconnects by itself, unless the server refused.
      if (events.readyState === EventSource.CLOSED) later();
    };
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(check, RECONNECT_MS[Math.min(tries++, RECONNECT_MS.length - 1)]);
  };
  const check = async () => {
    try {
      const job = await readJob(id);
      if (over) return;
      if (isFinal(job.state)) {
        end();
        on.final(job);
      } else if (events.readyState === EventSource.CLOSED) listen();
    } catch (error) {
      if (over) return;
      if (error.status !== 404) return later();
      end();
      on.gone(error);
    }
  };
  listen();
  return end;
}
