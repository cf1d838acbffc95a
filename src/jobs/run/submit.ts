// Submits a job to a backend: with its blobs in one body, or, if that would be too large, with the blobs in parts beforehand.

import type { StoredBody } from '../blobs.ts';
import { blobsOf } from '../head.ts';
import { readInParts } from './parts.ts';
import { transferMs } from './transfer-blob.ts';
import type { Turn } from './turn.ts';

export type SubmitPorts = {
  /** Resolves after `ms`, or when the signal is aborted. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
};

export type SubmitLimits = {
  /** How long the backend may take to answer a request, beyond the time for its body, in milliseconds. */
  connectMs: number;
  /** Largest body of a request, in bytes. */
  bodyBytes: number;
};

/** Sends one request with a body of so many bytes, and cuts it off if it takes too long. */
type Send = (bytes: number, request: () => Promise<Response>) => Promise<Response>;

/**
 * The answer to the job, or another one with which the backend refuses it. `connection` cuts off its requests; it is aborted if the
 * backend does not answer in time. Throws what the requests throw.
 */
export async function submitJob(
  turn: Turn,
  connection: AbortController,
  { sleep, connectMs, bodyBytes }: SubmitPorts & SubmitLimits,
): Promise<Response> {
  const { opened, backend, session } = turn;
  const { head, blobs } = opened;
  const signal = AbortSignal.any([connection.signal, session.over]);
  const send: Send = async (bytes, request) => {
    const timer = new AbortController();
    void sleep(connectMs + transferMs(bytes), timer.signal).then(() => {
      if (!timer.signal.aborted) connection.abort();
    });
    try {
      return await request();
    } finally {
      timer.abort();
    }
  };
  if (!head.apart) {
    const bytes = blobs.reduce((sum, blob) => sum + blob.bytes, 0);
    return send(bytes, () => backend.render(head, blobs, signal));
  }
  const submit = () => send(0, () => backend.render(head, [], signal));
  // A backend that has the job already needs no blobs; another one says that they are missing.
  const first = await submit();
  if (first.status !== 409) return first;
  await first.body?.cancel();
  const sent = new Set<string>();
  for (const [index, { sha256 }] of blobsOf(head).entries()) {
    // One picture may have two parts in a plan.
    if (sent.has(sha256)) continue;
    sent.add(sha256);
    const refusal = await sendParts(sha256, blobs[index]!, { turn, send, signal, bodyBytes });
    if (refusal) return refusal;
  }
  return submit();
}

/** Sends a blob. Returns the answer with which the backend refuses a part; undefined if it took all. */
async function sendParts(
  sha256: string,
  blob: StoredBody,
  {
    turn,
    send,
    signal,
    bodyBytes,
  }: { turn: Turn; send: Send; signal: AbortSignal; bodyBytes: number },
): Promise<Response | undefined> {
  const { backend, spec } = turn;
  const parts = readInParts(blob);
  try {
    let at = 0;
    do {
      const bytes = Math.min(bodyBytes, blob.bytes - at);
      const part = { id: spec.id, sha256, at, bytes };
      const response = await send(bytes, () =>
        backend.sendPart(part, (writable) => parts.write(bytes, writable), signal),
      );
      if (response.status !== 200) return response;
      await response.body?.cancel();
      at += bytes;
    } while (at < blob.bytes);
    return undefined;
  } finally {
    await parts.close();
  }
}
