// Reads a backend's answer line by line, and gives up on one that is silent, endless or speaks another language.
import * as z from 'zod';
import { errorCodes } from '../../errors.ts';
import { type Sleep, within } from '../../timing.ts';
import type { JobLine } from '../protocol.ts';

/** Reports and losses of a long job take a few kilobytes. */
const MAX_LINE_BYTES = 2 ** 18;

const count = z.int().min(0);
const blob = { bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) };
const picture = {
  ...blob,
  // Nothing that a browser would take for a page.
  mime: z.string().regex(/^(?:image\/[\w.+-]{1,64}|application\/json|text\/plain; charset=utf-8)$/),
};
const seconds = z.number().min(0);

// Further fields may come with later versions of a backend.
const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accepted'), device: z.string(), ahead: count }),
  z.object({ type: z.literal('started') }),
  z.object({
    type: z.literal('progress'),
    step: count,
    steps: count,
    losses: z.record(z.string(), z.number()),
    secondsLeft: seconds.optional(),
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
  /** Longest time between two lines. */
  silenceMs: number;
  sleep: Sleep;
};

/** Lines as they come; ends with the stream, however that ended. Throws `Error` after silence, and for what is no line. */
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
      rest = lines.pop() as string;
      for (const one of lines) if (one.trim() !== '') yield parseLine(one);
      if (rest.length > MAX_LINE_BYTES) throw new Error('it sent a line without end');
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
