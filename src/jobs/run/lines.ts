// Reads the answer of a backend line by line; fails if the backend is silent, or if a line is too long or not valid.
import * as z from 'zod';
import { errorCodes } from '../../errors.ts';
import { type Sleep, within } from '../../timing.ts';
import type { JobLine } from '../protocol.ts';

/** Longest line, in characters; the result of a long job has a few thousand. */
const MAX_LINE_LENGTH = 2 ** 18;

const count = z.int().min(0);
const blob = { bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) };
const picture = {
  ...blob,
  // Excludes types that a browser would display as a page.
  mime: z.string().regex(/^(?:image\/[\w.+-]{1,64}|application\/json|text\/plain; charset=utf-8)$/),
};
const seconds = z.number().min(0);

// Unknown fields are ignored, because later versions of a backend may add some.
const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accepted'), device: z.string(), ahead: count }),
  z.object({ type: z.literal('started') }),
  z.object({
    type: z.literal('progress'),
    step: count,
    steps: count,
    losses: z.record(z.string(), z.number()),
    secondsLeft: seconds.optional(),
    width: count.optional(),
    height: count.optional(),
  }),
  z.object({ type: z.literal('preview'), step: count, ...picture }),
  z.object({ type: z.literal('checkpoint'), step: count, ...blob }),
  z.object({
    type: z.literal('result'),
    seconds,
    ...picture,
    extension: z.string().regex(/^\w{1,16}$/),
    width: count.min(1),
    height: count.min(1),
    report: z.array(z.record(z.string(), z.unknown())),
  }),
  z.object({
    type: z.literal('error'),
    code: z.enum(errorCodes),
    message: z.string().max(4096),
    retryable: z.boolean(),
    seconds,
  }),
  z.object({ type: z.literal('canceled'), seconds }),
  z.object({ type: z.literal('heartbeat') }),
]);

export type LineLimits = {
  /** Longest time between two lines, in milliseconds. */
  silenceMs: number;
  sleep: Sleep;
};

/** The lines of a stream, until it ends. Throws `Error` if the stream is silent too long or has a line that is not valid. */
export async function* readJobLines(
  body: ReadableStream<Uint8Array>,
  limits: LineLimits,
): AsyncGenerator<JobLine, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await within(
        { ms: limits.silenceMs, wait: limits.sleep },
        reader.read(),
        () => {
          throw new Error(`it was silent for ${limits.silenceMs} ms`);
        },
      );
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop()!;
      for (const one of lines) if (one.trim() !== '') yield parseLine(one);
      if (rest.length > MAX_LINE_LENGTH) throw new Error('it sent a line without end');
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function parseLine(text: string): JobLine {
  try {
    return line.parse(JSON.parse(text)) as JobLine;
  } catch (cause) {
    throw new Error('it sent something that is no line of a job', { cause });
  }
}
