// A GPU backend: signed requests to it, and which one of several a job asks next.
import { type BackendKey, signRequest } from '../auth.ts';
import type { BackendHeaders } from '../backend-headers.ts';
import type { Made, StoredBody } from '../blobs.ts';
import type { BackendHealth, JobHead } from '../protocol.ts';
import { readSmall } from '../read-small.ts';
import { type Channel, writeBody } from './body.ts';

/** One request; redirects are not followed. */
export type BackendRequest = {
  method: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  body?: ReadableStream<Uint8Array>;
};

export type BackendPorts = {
  fetch: (url: string, request: BackendRequest) => Promise<Response>;
  channel: Channel;
  /** Epoch milliseconds. */
  now: () => number;
};

export type Backend = {
  /** URL without a slash at its end. */
  url: string;
  /** Submits a job with its blobs, in the order in which its head names them. */
  render: (job: JobHead, blobs: readonly StoredBody[], signal: AbortSignal) => Promise<Response>;
  /** Sends the next part of a blob, before its job. `write` writes it and closes the pipe. */
  sendPart: (
    of: { id: string; sha256: string; at: number; bytes: number },
    write: (writable: WritableStream<Uint8Array>) => Promise<void>,
    signal: AbortSignal,
  ) => Promise<Response>;
  fetchBlob: (
    of: { id: string; run: number; blob: Made },
    signal: AbortSignal,
  ) => Promise<Response>;
  cancel: (of: { id: string; run: number }, signal: AbortSignal) => Promise<void>;
  /** Undefined if it does not answer, or if the answer is not valid. */
  health: (signal: AbortSignal) => Promise<BackendHealth | undefined>;
};

/** Longest answer to `GET /health` that is read, in bytes. */
const MAX_HEALTH_BYTES = 2 ** 18;

export type BackendAccess = {
  /** The first one signs the requests. */
  keys: readonly BackendKey[];
  /** What a login in front of the backend needs. */
  headers?: BackendHeaders;
};

/** The backend at `url`. */
export function createBackend(
  url: string,
  { keys, headers: ofLogin = {} }: BackendAccess,
  { fetch, channel, now }: BackendPorts,
): Backend {
  const send = async (
    path: string,
    method: string,
    {
      head,
      ...rest
    }: Omit<BackendRequest, 'method' | 'headers'> & {
      head?: Uint8Array<ArrayBuffer>;
    },
  ): Promise<Response> => {
    const target = new URL(`${url}${path}`);
    const signed = { method, path: target.pathname + target.search, ...(head && { head }) };
    const headers = await signRequest(signed, { keys, now: now() });
    return fetch(target.href, { method, headers: { ...ofLogin, ...headers }, ...rest });
  };
  return {
    url,
    render(job, blobs, signal) {
      const { head, stream } = writeBody(job, blobs, channel);
      return send(`/jobs/${job.id}`, 'PUT', { head, body: stream, signal });
    },
    sendPart({ id, sha256, at, bytes }, write, signal) {
      const { readable, writable } = channel(bytes);
      // A backend that refuses the part does not read the rest, and the pipe breaks.
      void write(writable).catch(() => {});
      const path = `/jobs/${id}/parts/${sha256}?at=${at}&bytes=${bytes}`;
      return send(path, 'PUT', { body: readable, signal });
    },
    fetchBlob: ({ id, run, blob }, signal) =>
      send(`/jobs/${id}/${blob}?run=${run}`, 'GET', { signal }),
    async cancel({ id, run }, signal) {
      const response = await send(`/jobs/${id}?run=${run}`, 'DELETE', { signal });
      await response.body?.cancel();
    },
    async health(signal) {
      try {
        const response = await send('/health', 'GET', { signal });
        const text = await readSmall(response.body, MAX_HEALTH_BYTES);
        return response.ok ? healthIn(text) : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/**
 * The backend that a job asks in a turn. Jobs begin at different backends, and each turn of a job goes to the next one. Throws
 * `RangeError` if there are no backends.
 */
export function backendOf<T>(backends: readonly T[], id: string, turn: number): T {
  let hash = 0;
  for (const letter of id.slice(0, 8)) hash = (hash * 31 + letter.charCodeAt(0)) % 65_536;
  const backend = backends[(hash + turn) % backends.length];
  if (backend === undefined) throw new RangeError('backends: expected at least one, got none');
  return backend;
}

function healthIn(text: string): BackendHealth | undefined {
  const { models } = JSON.parse(text) as { models?: unknown };
  return Array.isArray(models) && models.every((name) => typeof name === 'string')
    ? { models }
    : undefined;
}
