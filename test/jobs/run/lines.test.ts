import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobLine } from '../../../src/jobs/protocol.ts';
import { readJobLines } from '../../../src/jobs/run/lines.ts';
import { sleep } from '../../../src/timing.ts';

const lines: JobLine[] = [
  { type: 'accepted', device: 'cpu: größer', ahead: 2 },
  { type: 'started' },
  { type: 'heartbeat' },
  { type: 'progress', step: 1, steps: 9, losses: { style: 0.5, content: 1e-9 }, secondsLeft: 3.5 },
  { type: 'progress', step: 0, steps: 9, losses: {}, width: 512, height: 384 },
  { type: 'checkpoint', step: 2, bytes: 5, sha256: 'a'.repeat(64) },
  { type: 'canceled', seconds: 1 },
];
const bytes = new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

const limits = { silenceMs: 500, sleep };
const page = { type: 'preview', step: 1, bytes: 1, sha256: 'a'.repeat(64), mime: 'text/html' };

function bodyOf(chunks: readonly Uint8Array[], { ends = true } = {}) {
  const state = { canceled: false };
  const left = [...chunks];
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = left.shift();
      if (next) controller.enqueue(next);
      else if (ends) controller.close();
      else await new Promise(() => {});
    },
    cancel() {
      state.canceled = true;
    },
  });
  return { stream, state };
}

async function read(stream: ReadableStream<Uint8Array>): Promise<JobLine[]> {
  const read: JobLine[] = [];
  for await (const line of readJobLines(stream, limits)) read.push(line);
  return read;
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('lines of a backend', () => {
  it('are the same however the bytes are cut into pieces', async () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        const edges = [0, ...at.sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, i) => bytes.slice(edges[i], end));
        expect(await read(bodyOf(chunks).stream)).toEqual(lines);
      }),
    );
  });

  it('end with the stream, without an incomplete line', async () => {
    expect(await read(bodyOf([bytes.slice(0, -3)]).stream)).toEqual(lines.slice(0, -1));
  });

  it.each([
    ['silence', [text('{"type":"started"}\n')], /silent for 500 ms/],
    ['a line without end', Array<Uint8Array>(5).fill(text('x'.repeat(2 ** 16))), /without end/],
    ['another language', [text('<html>\n')], /no line of a job/],
    ['an unknown type', [text('{"type":"magic"}\n')], /no line of a job/],
    [
      'a digest that is none',
      [text('{"type":"checkpoint","step":1,"bytes":1,"sha256":"/../x"}\n')],
      /no line/,
    ],
    ['a picture that is a page', [text(`${JSON.stringify(page)}\n`)], /no line of a job/],
    ['a negative time', [text('{"type":"canceled","seconds":-1}\n')], /no line of a job/],
    ['bytes that are no text', [new Uint8Array([0xff, 0xfe, 10])], /./],
  ])('are given up after %s, and the stream is closed', async (_, chunks, message) => {
    const { stream, state } = bodyOf(chunks, { ends: false });
    await expect(read(stream)).rejects.toThrow(message);
    expect(state.canceled).toBe(true);
  });

  it('leave the stream closed if the reader stops early', async () => {
    const { stream, state } = bodyOf([bytes], { ends: false });
    for await (const _ of readJobLines(stream, limits)) break;
    expect(state.canceled).toBe(true);
  });
});
